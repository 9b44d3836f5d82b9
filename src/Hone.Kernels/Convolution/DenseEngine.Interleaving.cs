using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;

namespace Hone.Kernels.Convolution;

/// <summary>
/// Few channels of bytes: the input rows under a line of output are interleaved, so that a window is one run of memory and windows overlap instead
/// of being copied. Weights are ordered [kernel column][channel][kernel row].
/// </summary>
internal sealed unsafe partial class DenseEngine
{
    private int WindowStep => _shape.StrideWidth * _shape.InChannels * _shape.KernelHeight;

    private static bool Interleaves(ConvolutionShape shape, TileKernel kernel) =>
        kernel.Type == TileType.UInt8Int8
        && shape is { Groups: 1, DilationWidth: 1, InChannels: < MinPointerElements, KernelHeight: > 1 and <= RowInterleaving.MaxRows }
        && shape.StrideWidth <= shape.KernelWidth;

    /// <summary>Bytes of the interleaved rows under a number of output pixels that lie in <paramref name="lines"/> lines.</summary>
    private long InterleavedBytes(long pixels, long lines) =>
        pixels * WindowStep + lines * RowInterleaving.TargetBytes(_shape.KernelHeight, _shape.KernelWidth * _shape.InChannels + RowInterleaving.Block);

    private byte* InterleaveLines(in Job job, RowCursor cursor, int count, byte* gather, byte* memory)
    {
        int x = cursor.X * _shape.StrideWidth - _shape.PadLeft, width = (count - 1) * _shape.StrideWidth + _shape.KernelWidth, rows = _shape.KernelHeight;
        int left = Math.Clamp(-x, 0, width), right = Math.Clamp(job.Call.Width - x, left, width), pixelBytes = _shape.InChannels * rows;
        byte padding = (byte)(_paddingByte ^ _inputFlip);
        ByteCopy.Fill(gather, padding, left * pixelBytes);
        if (right > left)
        {
            byte** lines = Lines(job, cursor, x + left, right - left, memory);
            RowInterleaving.Run(lines, rows, (right - left) * _shape.InChannels, gather + left * pixelBytes);
        }

        ByteCopy.Fill(gather + right * pixelBytes, padding, (width - right) * pixelBytes);
        return gather + RowInterleaving.TargetBytes(rows, width * _shape.InChannels);
    }

    // [out][kernel row][kernel column][in] as [out][kernel column][in][kernel row].
    private static byte[] InterleaveWeights(ConvolutionShape shape, byte* weights, nint strideK, nint strideN)
    {
        int rows = shape.KernelHeight, columns = shape.KernelWidth * shape.InChannels;
        byte[] ordered = new byte[shape.OutChannels * shape.Depth];
        for (int n = 0, i = 0; n < shape.OutChannels; n++)
        {
            for (int column = 0; column < columns; column++)
            {
                for (int row = 0; row < rows; row++)
                {
                    ordered[i++] = weights[n * strideN + (row * columns + column) * strideK];
                }
            }
        }

        return ordered;
    }
}
