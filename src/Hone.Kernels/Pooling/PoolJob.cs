using System.Runtime.Intrinsics;
using Hone.Kernels.Simd;
using Hone.Kernels.Threading;

namespace Hone.Kernels.Pooling;

/// <summary>One output row of a pooling, or a block of its channels, per item.</summary>
internal unsafe struct PoolJob : IParallelJob
{
    internal PoolKind Kind;
    internal PoolingShape Shape;
    internal PoolingArguments Arguments;
    internal PoolQuantization Quantization;
    internal int Height;
    internal int Width;
    internal int ChannelBlocks;

    public readonly void Execute(int item)
    {
        int row = item / ChannelBlocks, block = item % ChannelBlocks;
        int first = (int)((long)Arguments.Channels * block / ChannelBlocks), end = (int)((long)Arguments.Channels * (block + 1) / ChannelBlocks);
        switch (Kind)
        {
            case PoolKind.MaxByte:
                PoolRow.MaxBytes(in this, row / Height, row % Height, first, end, 0);
                break;
            case PoolKind.MaxSignedByte:
                PoolRow.MaxBytes(in this, row / Height, row % Height, first, end, 0x80);
                break;
            default:
                int count = end - first;
                int width = VectorWidth.Default;
                while (width > 128 && count < width / 32)
                {
                    width /= 2;
                }

                switch (width)
                {
                    case 512: PoolVectors<Simd512, Vector512<float>, Vector512<int>>.Run(in this, row / Height, row % Height, first, end); break;
                    case 256: PoolVectors<Simd256, Vector256<float>, Vector256<int>>.Run(in this, row / Height, row % Height, first, end); break;
                    default: PoolVectors<Simd128, Vector128<float>, Vector128<int>>.Run(in this, row / Height, row % Height, first, end); break;
                }

                break;
        }
    }

    /// <summary>The part of a window that lies inside the map, and how many elements the average divides by.</summary>
    internal readonly void Window(int y, int x, out int top, out int left, out int rows, out int columns, out int count)
    {
        Axis(y * Shape.StrideHeight - Shape.PadTop, Shape.KernelHeight, Shape.DilationHeight, Arguments.Height, Shape.PadBottom, out top, out rows, out int paddedRows);
        Axis(x * Shape.StrideWidth - Shape.PadLeft, Shape.KernelWidth, Shape.DilationWidth, Arguments.Width, Shape.PadRight, out left, out columns, out int paddedColumns);
        count = Shape.CountIncludePad ? paddedRows * paddedColumns : rows * columns;
    }

    // Positions first, first + dilation, ...: those in [0, size), and those before size + padEnd (a window of ceil mode may reach beyond
    // the padding).
    private static void Axis(int first, int kernel, int dilation, int size, int padEnd, out int begin, out int inside, out int padded)
    {
        int skipped = first < 0 ? (-first + dilation - 1) / dilation : 0;
        begin = first + skipped * dilation;
        int beforeEnd = begin < size ? (size - begin + dilation - 1) / dilation : 0;
        inside = Math.Clamp(Math.Min(kernel - skipped, beforeEnd), 0, kernel);
        padded = Math.Clamp((size + padEnd - first + dilation - 1) / dilation, 1, kernel);
    }
}
