using Hone.Kernels.Simd;

namespace Hone.Kernels.Attention;

/// <summary>Softmax of a row that arrives block by block: keeps the greatest score and the sum of exponentials so far.</summary>
/// <remarks>Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018.</remarks>
internal static unsafe class OnlineSoftmax<S, V, I>
    where S : struct, ISimd<V, I>
    where V : struct
    where I : struct
{
    private const int MostLanes = 16;

    /// <summary>Turns the scores of a block into weights relative to the greatest score so far.</summary>
    /// <param name="scores">[count] whole vectors; scores without a key are minus infinity.</param>
    /// <param name="count">A multiple of the lanes.</param>
    /// <param name="scale">Factor of the scores.</param>
    /// <param name="mask">[count] added after scaling, or null.</param>
    /// <param name="max">Greatest score so far, minus infinity before the first block.</param>
    /// <param name="sum">Sum of weights so far.</param>
    /// <returns>Factor for everything that was summed up before this block.</returns>
    internal static float Block(float* scores, int count, float scale, float* mask, ref float max, ref float sum)
    {
        float greatest = MathF.Max(max, Scale(scores, count, scale, mask));

        // Where no key takes part yet, any finite number does.
        float shift = float.IsNegativeInfinity(greatest) ? 0 : greatest;
        float factor = max == greatest ? 1 : MathF.Exp(max - shift);
        sum = sum * factor + Exponentials(scores, count, shift);
        max = greatest;
        return factor;
    }

    private static float Scale(float* scores, int count, float scale, float* mask)
    {
        V factor = S.Create(scale), a = S.Create(float.NegativeInfinity), b = a;
        int i = 0;
        for (; i + 2 * S.Count <= count; i += 2 * S.Count)
        {
            V x = S.Multiply(S.Load(scores + i), factor), y = S.Multiply(S.Load(scores + i + S.Count), factor);
            if (mask is not null)
            {
                x = S.Add(x, S.Load(mask + i));
                y = S.Add(y, S.Load(mask + i + S.Count));
            }

            S.Store(x, scores + i);
            S.Store(y, scores + i + S.Count);
            a = S.Max(a, x);
            b = S.Max(b, y);
        }

        for (; i < count; i += S.Count)
        {
            V x = S.Multiply(S.Load(scores + i), factor);
            if (mask is not null)
            {
                x = S.Add(x, S.Load(mask + i));
            }

            S.Store(x, scores + i);
            a = S.Max(a, x);
        }

        float* lanes = stackalloc float[MostLanes];
        S.Store(S.Max(a, b), lanes);
        float result = lanes[0];
        for (int j = 1; j < S.Count; j++)
        {
            result = MathF.Max(result, lanes[j]);
        }

        return result;
    }

    private static float Exponentials(float* scores, int count, float shift)
    {
        V minus = S.Create(-shift), a = default, b = default;
        int i = 0;
        for (; i + 2 * S.Count <= count; i += 2 * S.Count)
        {
            V x = VectorMath<S, V, I>.Exp(S.Add(S.Load(scores + i), minus)), y = VectorMath<S, V, I>.Exp(S.Add(S.Load(scores + i + S.Count), minus));
            S.Store(x, scores + i);
            S.Store(y, scores + i + S.Count);
            a = S.Add(a, x);
            b = S.Add(b, y);
        }

        for (; i < count; i += S.Count)
        {
            V x = VectorMath<S, V, I>.Exp(S.Add(S.Load(scores + i), minus));
            S.Store(x, scores + i);
            a = S.Add(a, x);
        }

        float* lanes = stackalloc float[MostLanes];
        S.Store(S.Add(a, b), lanes);
        float result = 0;
        for (int j = 0; j < S.Count; j++)
        {
            result += lanes[j];
        }

        return result;
    }

    /// <summary>y [count] = x * factor; the last vector may be partial.</summary>
    internal static void Multiply(float* x, float* y, int count, float factor)
    {
        V f = S.Create(factor);
        int i = 0;
        for (; i + S.Count <= count; i += S.Count)
        {
            S.Store(S.Multiply(S.Load(x + i), f), y + i);
        }

        for (; i < count; i++)
        {
            y[i] = x[i] * factor;
        }
    }
}
