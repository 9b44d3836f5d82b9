namespace Hone.Kernels.Gemm;

/// <summary>
/// How B [K, N] lies in memory once packed: strips of <see cref="StripWidth"/> columns (the last one rounded up to whole vectors), each
/// [K / elements per step][columns][elements per step], zero-filled.
/// </summary>
internal readonly record struct PanelLayout(int Lanes, int MaxVectors, int ElementsPerStep, int ElementSize, int Depth, int Columns)
{
    internal PanelLayout(TileKernel kernel, int depth, int columns)
        : this(kernel.Lanes, kernel.MaxVectors, kernel.ElementsPerStep, kernel.ElementSize, depth, columns)
    {
    }

    internal int StripWidth => Lanes * MaxVectors;

    internal int Strips => (Columns + StripWidth - 1) / StripWidth;

    internal int Steps => (Depth + ElementsPerStep - 1) / ElementsPerStep;

    internal int PaddedDepth => Steps * ElementsPerStep;

    internal int PaddedColumns => (Columns + Lanes - 1) / Lanes * Lanes;

    internal long Bytes => (long)PaddedColumns * PaddedDepth * ElementSize;

    internal int StripColumns(int strip) => Math.Min(StripWidth, Columns - strip * StripWidth);

    internal int StripVectors(int strip) => (StripColumns(strip) + Lanes - 1) / Lanes;

    internal long StripOffset(int strip) => (long)strip * StripWidth * PaddedDepth * ElementSize;

    /// <summary>Packs a matrix whose element (k, n) is <c>source[k * strideK + n * strideN]</c>; the target must hold
    /// <see cref="Bytes"/>.</summary>
    internal unsafe void Pack<T>(T* source, nint strideK, nint strideN, T* target)
        where T : unmanaged
    {
        for (int strip = 0; strip < Strips; strip++)
        {
            PackStrip(strip, source, strideK, strideN, target + StripOffset(strip) / ElementSize);
        }
    }

    internal unsafe void PackStrip<T>(int strip, T* source, nint strideK, nint strideN, T* target)
        where T : unmanaged
    {
        int columns = StripColumns(strip), padded = StripVectors(strip) * Lanes;
        T* first = source + (nint)strip * StripWidth * strideN;
        if (ElementsPerStep == 1 && strideK == 1)
        {
            Layout.Transpose.Matrix(first, strideN, target, padded, columns, Depth);
            for (int k = 0; k < Depth && columns < padded; k++)
            {
                new Span<T>(target + (nint)k * padded + columns, padded - columns).Clear();
            }

            return;
        }

        // The elements of a step are one number of 4 bytes wherever rows begin at a multiple of them.
        if (ElementsPerStep * sizeof(T) == sizeof(uint) && strideK == 1 && strideN % ElementsPerStep == 0 && Depth % ElementsPerStep == 0)
        {
            Layout.Transpose.Matrix((uint*)first, strideN / ElementsPerStep, (uint*)target, padded, columns, Steps);
            for (int step = 0; step < Steps && columns < padded; step++)
            {
                new Span<uint>((uint*)target + (nint)step * padded + columns, padded - columns).Clear();
            }

            return;
        }

        for (int k = 0; k < PaddedDepth; k += ElementsPerStep)
        {
            if (ElementsPerStep == 1 && strideN == 1)
            {
                new Span<T>(first + k * strideK, columns).CopyTo(new Span<T>(target, columns));
                new Span<T>(target + columns, padded - columns).Clear();
                target += padded;
                continue;
            }

            for (int n = 0; n < padded; n++)
            {
                for (int e = 0; e < ElementsPerStep; e++)
                {
                    *target++ = n < columns && k + e < Depth ? first[(k + e) * strideK + n * strideN] : default;
                }
            }
        }
    }
}
