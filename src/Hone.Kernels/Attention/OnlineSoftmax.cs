using System.Runtime.CompilerServices;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Attention;

/// <summary>Softmax of rows that arrive block by block: keeps the greatest score and the sum of exponentials so far.</summary>
/// <remarks>Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018.</remarks>
internal static unsafe class OnlineSoftmax<S, V, I>
    where S : struct, ISimd<V, I>
    where V : struct
    where I : struct
{
    private const float BinaryLogarithmOfE = 1.44269504f;
    private const int Chains = 4;

    /// <summary>Turns the scores of a row and block into weights relative to the greatest score so far; what was summed up before is scaled to fit.</summary>
    /// <param name="row">The row; its scores [<see cref="SoftmaxRow.Count"/>] are whole vectors, minus infinity where there is no key.</param>
    /// <param name="max">Greatest score so far, minus infinity before the first block; scaled where the row has a mask.</param>
    internal static void Block(in SoftmaxRow row, ref float max)
    {
        float* scores = row.Scores;
        bool isMasked = row.Mask is not null;
        float greatest = MathF.Max(max, isMasked ? AddMask(scores, row.Count, row.Scale, row.Mask) : Greatest(scores, row.Count));
        float factor = isMasked ? BinaryLogarithmOfE : row.Scale * BinaryLogarithmOfE;

        // Where no key takes part yet, any finite number does.
        float shift = float.IsNegativeInfinity(greatest) ? 0 : greatest;
        if (max != greatest && !row.IsFirst)
        {
            V change = VectorMath<S, V, I>.Exp2(S.Create((max - shift) * factor));
            Multiply(row.Totals, row.Totals, SoftmaxRow.Totalled, change);
            Multiply(row.Sums, row.Sums, row.SumCount, change);
        }

        max = greatest;
        Weights(scores, row.Count, factor, shift, row.Totals);
    }

    /// <summary>y [count] = sums / the total of a row; the sums are whole vectors.</summary>
    internal static void Finish(float* sums, float* totals, float* y, int count)
    {
        V total = S.Load(totals);
        for (int i = S.Count; i < SoftmaxRow.Totalled; i += S.Count)
        {
            total = S.Add(total, S.Load(totals + i));
        }

        V factor = S.Create(1 / S.SumAcross(total));
        int whole = count / S.Count * S.Count;
        Multiply(sums, y, whole, factor);
        if (whole < count)
        {
            Multiply(sums + whole, sums + whole, S.Count, factor);
            new Span<float>(sums + whole, count - whole).CopyTo(new Span<float>(y + whole, count - whole));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Greatest(float* scores, int count)
    {
        V a = S.Create(float.NegativeInfinity), b = a, c = a, d = a;
        int i = 0;
        for (; i + Chains * S.Count <= count; i += Chains * S.Count)
        {
            a = S.Max(a, S.Load(scores + i));
            b = S.Max(b, S.Load(scores + i + S.Count));
            c = S.Max(c, S.Load(scores + i + 2 * S.Count));
            d = S.Max(d, S.Load(scores + i + 3 * S.Count));
        }

        for (; i < count; i += S.Count)
        {
            a = S.Max(a, S.Load(scores + i));
        }

        return S.MaxAcross(S.Max(S.Max(a, b), S.Max(c, d)));
    }

    private static float AddMask(float* scores, int count, float scale, float* mask)
    {
        V factor = S.Create(scale), a = S.Create(float.NegativeInfinity), b = a;
        int i = 0;
        for (; i + 2 * S.Count <= count; i += 2 * S.Count)
        {
            V x = S.FusedMultiplyAdd(S.Load(scores + i), factor, S.Load(mask + i));
            V y = S.FusedMultiplyAdd(S.Load(scores + i + S.Count), factor, S.Load(mask + i + S.Count));
            S.Store(x, scores + i);
            S.Store(y, scores + i + S.Count);
            a = S.Max(a, x);
            b = S.Max(b, y);
        }

        for (; i < count; i += S.Count)
        {
            V x = S.FusedMultiplyAdd(S.Load(scores + i), factor, S.Load(mask + i));
            S.Store(x, scores + i);
            a = S.Max(a, x);
        }

        return S.MaxAcross(S.Max(a, b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weights(float* scores, int count, float scale, float shift, float* totals)
    {
        V factor = S.Create(scale), greatest = S.Create(shift), a = default, b = default, c = default, d = default;
        int i = 0;
        for (; i + Chains * S.Count <= count; i += Chains * S.Count)
        {
            V x = VectorMath<S, V, I>.Exp2(S.Multiply(S.Subtract(S.Load(scores + i), greatest), factor));
            V y = VectorMath<S, V, I>.Exp2(S.Multiply(S.Subtract(S.Load(scores + i + S.Count), greatest), factor));
            V z = VectorMath<S, V, I>.Exp2(S.Multiply(S.Subtract(S.Load(scores + i + 2 * S.Count), greatest), factor));
            V w = VectorMath<S, V, I>.Exp2(S.Multiply(S.Subtract(S.Load(scores + i + 3 * S.Count), greatest), factor));
            S.Store(x, scores + i);
            S.Store(y, scores + i + S.Count);
            S.Store(z, scores + i + 2 * S.Count);
            S.Store(w, scores + i + 3 * S.Count);
            a = S.Add(a, x);
            b = S.Add(b, y);
            c = S.Add(c, z);
            d = S.Add(d, w);
        }

        for (; i < count; i += S.Count)
        {
            V x = VectorMath<S, V, I>.Exp2(S.Multiply(S.Subtract(S.Load(scores + i), greatest), factor));
            S.Store(x, scores + i);
            a = S.Add(a, x);
        }

        S.Store(S.Add(S.Load(totals), S.Add(S.Add(a, b), S.Add(c, d))), totals);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(float* x, float* y, int count, V factor)
    {
        for (int i = 0; i < count; i += S.Count)
        {
            S.Store(S.Multiply(S.Load(x + i), factor), y + i);
        }
    }
}
