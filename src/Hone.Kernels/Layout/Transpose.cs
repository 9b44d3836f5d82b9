using System.Runtime.Intrinsics;

namespace Hone.Kernels.Layout;

/// <summary>Layout turns. Elements are moved as bits, whatever they mean; source and target may not overlap.</summary>
public static unsafe class Transpose
{
    private const int MaxRank = 8;
    private const int Tile = 8;

    /// <summary>target[c, r] = source[r, c].</summary>
    /// <param name="source">[rows, columns].</param>
    /// <param name="sourceStride">Elements between source rows.</param>
    /// <param name="target">[columns, rows].</param>
    /// <param name="targetStride">Elements between target rows.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <typeparam name="T">Element type of 1, 2, 4 or 8 bytes.</typeparam>
    public static void Matrix<T>(T* source, nint sourceStride, T* target, nint targetStride, int rows, int columns)
        where T : unmanaged
    {
        if (rows == 3 && targetStride == 3 && sizeof(T) <= 4)
        {
            Interleave.Three(source, sourceStride, target, columns);
            return;
        }

        // Blocks keep the target's cache lines until they are full.
        const int block = 64;
        for (int r0 = 0; r0 < rows; r0 += block)
        {
            int rowEnd = Math.Min(r0 + block, rows);
            for (int c0 = 0; c0 < columns; c0 += block)
            {
                Block(source, sourceStride, target, targetStride, r0, rowEnd, c0, Math.Min(c0 + block, columns));
            }
        }
    }

    /// <summary>[N, C, H, W] to [N, H, W, C] with a pixel stride.</summary>
    /// <param name="source">[batch, channels, pixels].</param>
    /// <param name="target">[batch, pixels, channels].</param>
    /// <param name="targetStride">Elements between target pixels, at least the number of channels.</param>
    /// <param name="batch">Images.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="pixels">Height times width.</param>
    /// <typeparam name="T">Element type of 1, 2, 4 or 8 bytes.</typeparam>
    public static void ToChannelsLast<T>(T* source, T* target, nint targetStride, int batch, int channels, int pixels)
        where T : unmanaged
    {
        for (int n = 0; n < batch; n++)
        {
            Matrix(source + (nint)n * channels * pixels, pixels, target + (nint)n * pixels * targetStride, targetStride, channels, pixels);
        }
    }

    /// <summary>[N, H, W, C] with a pixel stride to [N, C, H, W].</summary>
    /// <param name="source">[batch, pixels, channels].</param>
    /// <param name="sourceStride">Elements between source pixels, at least the number of channels.</param>
    /// <param name="target">[batch, channels, pixels].</param>
    /// <param name="batch">Images.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="pixels">Height times width.</param>
    /// <typeparam name="T">Element type of 1, 2, 4 or 8 bytes.</typeparam>
    public static void ToChannelsFirst<T>(T* source, nint sourceStride, T* target, int batch, int channels, int pixels)
        where T : unmanaged
    {
        for (int n = 0; n < batch; n++)
        {
            Matrix(source + (nint)n * pixels * sourceStride, sourceStride, target + (nint)n * channels * pixels, pixels, pixels, channels);
        }
    }

    /// <summary>General permutation of a contiguous tensor: <c>target dimension i = source dimension permutation[i]</c>, as in ONNX
    /// Transpose.</summary>
    /// <param name="source">Contiguous tensor of the given shape.</param>
    /// <param name="target">Contiguous tensor of the permuted shape.</param>
    /// <param name="shape">Source shape, at most 8 dimensions.</param>
    /// <param name="permutation">A permutation of 0 .. rank - 1.</param>
    /// <typeparam name="T">Element type of 1, 2, 4 or 8 bytes.</typeparam>
    /// <exception cref="ArgumentException">More than 8 dimensions, or not a permutation.</exception>
    public static void Permute<T>(T* source, T* target, ReadOnlySpan<int> shape, ReadOnlySpan<int> permutation)
        where T : unmanaged
    {
        int rank = shape.Length;
        if (rank > MaxRank || permutation.Length != rank)
        {
            throw new ArgumentException($"{permutation.Length} axes for {rank} dimensions: expected as many, at most {MaxRank}.", nameof(permutation));
        }

        Span<nint> strides = stackalloc nint[MaxRank];
        Span<int> sizes = stackalloc int[MaxRank];
        int seen = 0;
        nint total = 1;
        for (int i = 0; i < rank; i++)
        {
            if ((uint)permutation[i] >= (uint)rank || ((seen >> permutation[i]) & 1) != 0)
            {
                throw new ArgumentException("The axes are not a permutation.", nameof(permutation));
            }

            seen |= 1 << permutation[i];
            nint stride = 1;
            for (int j = permutation[i] + 1; j < rank; j++)
            {
                stride *= shape[j];
            }

            strides[i] = stride;
            sizes[i] = shape[permutation[i]];
            total *= shape[i];
        }

        if (total == 0)
        {
            return;
        }

        rank = Merge(strides, sizes, rank);
        Walk(source, target, strides, sizes, rank);
    }

    // Joins neighbours in the target that are neighbours in the source too, and drops dimensions of size 1.
    private static int Merge(Span<nint> strides, Span<int> sizes, int rank)
    {
        int count = 0;
        for (int i = 0; i < rank; i++)
        {
            if (sizes[i] == 1)
            {
                continue;
            }

            if (count > 0 && strides[count - 1] == strides[i] * sizes[i])
            {
                sizes[count - 1] *= sizes[i];
                strides[count - 1] = strides[i];
            }
            else
            {
                sizes[count] = sizes[i];
                strides[count++] = strides[i];
            }
        }

        return count;
    }

    private static void Walk<T>(T* source, T* target, ReadOnlySpan<nint> strides, ReadOnlySpan<int> sizes, int rank)
        where T : unmanaged
    {
        if (rank == 0)
        {
            *target = *source;
            return;
        }

        int last = rank - 1;
        int inner = sizes[last];
        if (strides[last] == 1)
        {
            Outer(source, target, strides[..last], sizes[..last], inner, &Row);
            return;
        }

        if (rank >= 2 && strides[last - 1] == 1)
        {
            // The two last dimensions are a matrix that turns.
            nint step = (nint)sizes[last - 1] * inner;
            nint targetOffset = 0;
            Span<int> at = stackalloc int[MaxRank];
            do
            {
                Matrix(source + Offset(at, strides, last - 1), strides[last], target + targetOffset, inner, inner, sizes[last - 1]);
                targetOffset += step;
            }
            while (Next(at, sizes, last - 1));
            return;
        }

        nint offset = 0;
        Span<int> index = stackalloc int[MaxRank];
        do
        {
            T* row = source + Offset(index, strides, last);
            for (int i = 0; i < inner; i++)
            {
                target[offset++] = row[i * strides[last]];
            }
        }
        while (Next(index, sizes, last));
    }

    private static void Row<T>(T* source, T* target, int count)
        where T : unmanaged => new Span<T>(source, count).CopyTo(new Span<T>(target, count));

    private static void Outer<T>(
        T* source, T* target, ReadOnlySpan<nint> strides, ReadOnlySpan<int> sizes, int inner, delegate*<T*, T*, int, void> row)
        where T : unmanaged
    {
        Span<int> index = stackalloc int[MaxRank];
        do
        {
            row(source + Offset(index, strides, strides.Length), target, inner);
            target += inner;
        }
        while (Next(index, sizes, sizes.Length));
    }

    private static nint Offset(ReadOnlySpan<int> index, ReadOnlySpan<nint> strides, int rank)
    {
        nint offset = 0;
        for (int i = 0; i < rank; i++)
        {
            offset += index[i] * strides[i];
        }

        return offset;
    }

    private static bool Next(Span<int> index, ReadOnlySpan<int> sizes, int rank)
    {
        for (int i = rank - 1; i >= 0; i--)
        {
            if (++index[i] < sizes[i])
            {
                return true;
            }

            index[i] = 0;
        }

        return false;
    }

    private static void Block<T>(T* source, nint sourceStride, T* target, nint targetStride, int r0, int rowEnd, int c0, int columnEnd)
        where T : unmanaged
    {
        int r = r0;
        if (sizeof(T) == 4 && Vector256.IsHardwareAccelerated)
        {
            for (; r + Tile <= rowEnd; r += Tile)
            {
                int c = c0;
                for (; c + Tile <= columnEnd; c += Tile)
                {
                    Turn8x8((float*)(source + r * sourceStride + c), sourceStride, (float*)(target + c * targetStride + r), targetStride);
                }

                Elements(source, sourceStride, target, targetStride, r, r + Tile, c, columnEnd);
            }
        }

        Elements(source, sourceStride, target, targetStride, r, rowEnd, c0, columnEnd);
    }

    private static void Elements<T>(T* source, nint sourceStride, T* target, nint targetStride, int r0, int rowEnd, int c0, int columnEnd)
        where T : unmanaged
    {
        // The shorter side outside: long runs of the inner loop.
        if (columnEnd - c0 > rowEnd - r0)
        {
            for (int r = r0; r < rowEnd; r++)
            {
                T* from = source + r * sourceStride;
                T* to = target + r;
                for (int c = c0; c < columnEnd; c++)
                {
                    to[c * targetStride] = from[c];
                }
            }

            return;
        }

        for (int c = c0; c < columnEnd; c++)
        {
            T* from = source + c;
            T* to = target + c * targetStride;
            for (int r = r0; r < rowEnd; r++)
            {
                to[r] = from[r * sourceStride];
            }
        }
    }

    private static void Turn8x8(float* source, nint sourceStride, float* target, nint targetStride)
    {
        Vector256<float> r0 = Vector256.Load(source), r1 = Vector256.Load(source + sourceStride);
        Vector256<float> r2 = Vector256.Load(source + 2 * sourceStride), r3 = Vector256.Load(source + 3 * sourceStride);
        Vector256<float> r4 = Vector256.Load(source + 4 * sourceStride), r5 = Vector256.Load(source + 5 * sourceStride);
        Vector256<float> r6 = Vector256.Load(source + 6 * sourceStride), r7 = Vector256.Load(source + 7 * sourceStride);
        Quarter(r0, r1, r2, r3, out Vector256<float> a0, out Vector256<float> a1, out Vector256<float> a2, out Vector256<float> a3);
        Quarter(r4, r5, r6, r7, out Vector256<float> b0, out Vector256<float> b1, out Vector256<float> b2, out Vector256<float> b3);
        Vector256.Create(a0.GetLower(), b0.GetLower()).Store(target);
        Vector256.Create(a1.GetLower(), b1.GetLower()).Store(target + targetStride);
        Vector256.Create(a2.GetLower(), b2.GetLower()).Store(target + 2 * targetStride);
        Vector256.Create(a3.GetLower(), b3.GetLower()).Store(target + 3 * targetStride);
        Vector256.Create(a0.GetUpper(), b0.GetUpper()).Store(target + 4 * targetStride);
        Vector256.Create(a1.GetUpper(), b1.GetUpper()).Store(target + 5 * targetStride);
        Vector256.Create(a2.GetUpper(), b2.GetUpper()).Store(target + 6 * targetStride);
        Vector256.Create(a3.GetUpper(), b3.GetUpper()).Store(target + 7 * targetStride);
    }

    // Turns each 4x4 half of four rows of eight.
    private static void Quarter(
        Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3,
        out Vector256<float> c0, out Vector256<float> c1, out Vector256<float> c2, out Vector256<float> c3)
    {
        Vector256<int> low = Vector256.Create(0, 8, 1, 9, 4, 12, 5, 13), high = Vector256.Create(2, 10, 3, 11, 6, 14, 7, 15);
        Vector256<float> p = Zip(r0, r1, low), q = Zip(r2, r3, low), s = Zip(r0, r1, high), t = Zip(r2, r3, high);
        c0 = Pairs(p, q, false);
        c1 = Pairs(p, q, true);
        c2 = Pairs(s, t, false);
        c3 = Pairs(s, t, true);
    }

    private static Vector256<float> Zip(Vector256<float> a, Vector256<float> b, Vector256<int> order)
    {
        if (System.Runtime.Intrinsics.X86.Avx.IsSupported)
        {
            return order[0] == 0 ? System.Runtime.Intrinsics.X86.Avx.UnpackLow(a, b) : System.Runtime.Intrinsics.X86.Avx.UnpackHigh(a, b);
        }

        Vector256<float> result = default;
        for (int i = 0; i < 8; i++)
        {
            result = result.WithElement(i, order[i] < 8 ? a[order[i]] : b[order[i] - 8]);
        }

        return result;
    }

    private static Vector256<float> Pairs(Vector256<float> a, Vector256<float> b, bool high)
    {
        Vector256<double> x = a.AsDouble(), y = b.AsDouble();
        return high ? Vector256.Create(x[1], y[1], x[3], y[3]).AsSingle() : Vector256.Create(x[0], y[0], x[2], y[2]).AsSingle();
    }
}
