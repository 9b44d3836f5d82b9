using System.Runtime.CompilerServices;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Normalization;

/// <summary>Row functions at one width; three passes over a row that lies in the first-level cache.</summary>
internal static unsafe class RowVectors<S, V, I>
    where S : struct, ISimd<V, I>
    where V : struct
    where I : struct
{
    private const int Partials = 16;
    private const int Parts = 4;

    /// <summary>Softmax fills shorter rows up to whole vectors first: the tail of every pass would cost more than the copy.</summary>
    private const int LongestFilledRow = 256;

    internal static void Run(RowFunction function, float* x, float* y, int count, float* gain, float* bias, float epsilon)
    {
        bool isSoftmax = function is RowFunction.Softmax or RowFunction.LogSoftmax;
        if (isSoftmax && count < LongestFilledRow && count % Partials != 0)
        {
            RunFilled(function, x, y, count, epsilon);
        }
        else
        {
            RunRow(function, x, y, count, gain, bias, epsilon);
        }
    }

    // The power of minus infinity is 0, so the sums are the same to the bit.
    [SkipLocalsInit]
    private static void RunFilled(RowFunction function, float* x, float* y, int count, float epsilon)
    {
        float* row = stackalloc float[LongestFilledRow];
        int filled = (count + Partials - 1) / Partials * Partials;
        for (int i = filled - Partials; i < filled; i += S.Count)
        {
            S.Store(S.Create(float.NegativeInfinity), row + i);
        }

        Buffer.MemoryCopy(x, row, count * sizeof(float), count * sizeof(float));
        RunRow(function, row, row, filled, null, null, epsilon);
        Buffer.MemoryCopy(row, y, count * sizeof(float), count * sizeof(float));
    }

    private static void RunRow(RowFunction function, float* x, float* y, int count, float* gain, float* bias, float epsilon)
    {
        switch (function)
        {
            case RowFunction.Softmax:
                float max = Max(x, count);
                float sum = ExpSum(x, y, count, max);
                Scale(y, y, count, 1 / sum);
                break;
            case RowFunction.LogSoftmax:
                float top = Max(x, count);
                Shift(x, y, count, top, MathF.Log(ExpSum(x, null, count, top)));
                break;
            case RowFunction.Layer:
                float mean = Sum(x, count, 0, squares: false) / count;
                float variance = Sum(x, count, mean, squares: true) / count;
                Normalize(x, y, count, mean, 1 / MathF.Sqrt(variance + epsilon), gain, bias);
                break;
            default:
                float square = Sum(x, count, 0, squares: true) / count;
                Normalize(x, y, count, 0, 1 / MathF.Sqrt(square + epsilon), gain, bias);
                break;
        }
    }

    // One vector of x from position i, the lanes beyond the row filled.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Take(float* x, int i, int count, float fill, float* padded)
    {
        if (i + S.Count <= count)
        {
            return S.Load(x + i);
        }

        int left = Math.Max(0, count - i);
        new Span<float>(padded, Partials).Fill(fill);
        new Span<float>(x + i, left).CopyTo(new Span<float>(padded, Partials));
        return S.Load(padded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(V value, float* y, int i, int count, float* padded)
    {
        if (i + S.Count <= count)
        {
            S.Store(value, y + i);
        }
        else if (i < count)
        {
            S.Store(value, padded);
            new Span<float>(padded, count - i).CopyTo(new Span<float>(y + i, count - i));
        }
    }

    private static float Max(float* x, int count)
    {
        float* padded = stackalloc float[Partials];
        V max = S.Create(float.NegativeInfinity);
        for (int i = 0; i < count; i += S.Count)
        {
            V value = Take(x, i, count, float.NegativeInfinity, padded);
            max = S.Select(S.Equal(max, max), S.Max(max, value), max);
        }

        S.Store(max, padded);
        float result = padded[0];
        for (int lane = 1; lane < S.Count; lane++)
        {
            result = MathF.Max(result, padded[lane]);
        }

        return result;
    }

    // Every partial sum has four parts, so that additions need not wait for each other.
    [SkipLocalsInit]
    private static float Sum(float* x, int count, float mean, bool squares)
    {
        float* padded = stackalloc float[Partials];
        float* partials = stackalloc float[Partials];
        V center = S.Create(mean);
        for (int lane = 0; lane < Partials; lane += S.Count)
        {
            V a = default, b = default, c = default, d = default;
            int i = lane;
            for (; i - lane + Parts * Partials <= count; i += Parts * Partials)
            {
                a = AddTo(a, S.Subtract(S.Load(x + i), center), squares);
                b = AddTo(b, S.Subtract(S.Load(x + i + Partials), center), squares);
                c = AddTo(c, S.Subtract(S.Load(x + i + 2 * Partials), center), squares);
                d = AddTo(d, S.Subtract(S.Load(x + i + 3 * Partials), center), squares);
            }

            for (; i - lane < count; i += Partials)
            {
                a = AddTo(a, S.Subtract(Take(x, i, count, mean, padded), center), squares);
            }

            S.Store(S.Add(S.Add(a, b), S.Add(c, d)), partials + lane);
        }

        return Fold(partials);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V AddTo(V sum, V value, bool square) => square ? S.FusedMultiplyAdd(value, value, sum) : S.Add(sum, value);

    private static float ExpSum(float* x, float* y, int count, float max)
    {
        float* padded = stackalloc float[Partials];
        float* partials = stackalloc float[Partials];
        new Span<float>(partials, Partials).Clear();
        V shift = S.Create(max);
        for (int i = 0; i < count; i += Partials)
        {
            for (int lane = 0; lane < Partials; lane += S.Count)
            {
                V e = VectorMath<S, V, I>.Exp(S.Subtract(Take(x, i + lane, count, float.NegativeInfinity, padded), shift));
                S.Store(S.Add(S.Load(partials + lane), e), partials + lane);
                if (y is not null)
                {
                    Put(e, y, i + lane, count, padded);
                }
            }
        }

        return Fold(partials);
    }

    private static float Fold(float* partials)
    {
        for (int half = Partials / 2; half >= S.Count; half /= 2)
        {
            for (int i = 0; i < half; i += S.Count)
            {
                S.Store(S.Add(S.Load(partials + i), S.Load(partials + i + half)), partials + i);
            }
        }

        return S.SumAcross(S.Load(partials));
    }

    private static void Scale(float* x, float* y, int count, float factor)
    {
        float* padded = stackalloc float[Partials];
        for (int i = 0; i < count; i += S.Count)
        {
            Put(S.Multiply(Take(x, i, count, 0, padded), S.Create(factor)), y, i, count, padded);
        }
    }

    private static void Shift(float* x, float* y, int count, float first, float second)
    {
        float* padded = stackalloc float[Partials];
        for (int i = 0; i < count; i += S.Count)
        {
            Put(S.Subtract(S.Subtract(Take(x, i, count, 0, padded), S.Create(first)), S.Create(second)), y, i, count, padded);
        }
    }

    private static void Normalize(float* x, float* y, int count, float mean, float factor, float* gain, float* bias)
    {
        float* padded = stackalloc float[Partials];
        for (int i = 0; i < count; i += S.Count)
        {
            V value = S.Multiply(S.Subtract(Take(x, i, count, 0, padded), S.Create(mean)), S.Create(factor));
            if (gain is not null)
            {
                value = S.Multiply(value, Take(gain, i, count, 0, padded));
            }

            if (bias is not null)
            {
                value = S.Add(value, Take(bias, i, count, 0, padded));
            }

            Put(value, y, i, count, padded);
        }
    }
}
