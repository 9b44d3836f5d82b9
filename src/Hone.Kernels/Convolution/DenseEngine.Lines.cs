using System.Runtime.Intrinsics;
using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;

namespace Hone.Kernels.Convolution;

/// <summary>Gathering whole lines of output: every kernel row is a run of bytes that moves on by one stride from pixel to pixel.</summary>
internal sealed unsafe partial class DenseEngine
{
    /// <summary>Bytes behind a row, of the source or of the target, that a copy by whole vectors may touch.</summary>
    private const int Overrun = 32;

    // The padding at the end of a row meets weights of 0, so that bytes there need no value.
    private bool GathersLines(in DenseCall call) =>
        _gathers && _kernel.Type != TileType.BFloat16 && _shape.Groups == 1 && _shape.DilationWidth == 1 && call.InputStride == _shape.InChannels * _inputSize;

    private long LineBytes(in Job job) => ((long)(job.Width - 1) * _shape.StrideWidth + _shape.KernelWidth) * _shape.InChannels * _inputSize + 2 * Overrun;

    private long LinesBytes(in Job job) => _interleaves || GathersLines(job.Call) ? _shape.KernelHeight * (LineBytes(job) + sizeof(byte*)) : 0;

    private void GatherLines(in Job job, RowCursor cursor, int count, byte* gather, byte* memory)
    {
        int x = cursor.X * _shape.StrideWidth - _shape.PadLeft, width = (count - 1) * _shape.StrideWidth + _shape.KernelWidth;
        byte** lines = Lines(job, cursor, x, width, memory);

        // Rows in the order of memory: what a vector writes behind its row is written over by the next.
        int step = _shape.StrideWidth * _shape.InChannels * _inputSize, bytes = ColumnBytes, depthBytes = _layout.PaddedDepth * _kernel.ElementSize;
        if (bytes <= Vector128<byte>.Count)
        {
            for (int i = 0; i < count; i++, gather += depthBytes)
            {
                byte* target = gather;
                for (int kh = 0; kh < _shape.KernelHeight; kh++, target += bytes)
                {
                    Vector128.Load(lines[kh] + i * step).Store(target);
                }
            }
        }
        else if (bytes <= Vector256<byte>.Count)
        {
            for (int i = 0; i < count; i++, gather += depthBytes)
            {
                byte* target = gather;
                for (int kh = 0; kh < _shape.KernelHeight; kh++, target += bytes)
                {
                    Vector256.Load(lines[kh] + i * step).Store(target);
                }
            }
        }
        else
        {
            for (int i = 0; i < count; i++, gather += depthBytes)
            {
                byte* target = gather;
                for (int kh = 0; kh < _shape.KernelHeight; kh++, target += bytes)
                {
                    byte* source = lines[kh] + i * step;
                    for (int b = 0; b < bytes; b += Vector256<byte>.Count)
                    {
                        Vector256.Load(source + b).Store(target + b);
                    }
                }
            }
        }
    }

    // Where the kernel rows of an output pixel begin, for a number of input columns from x on.
    private byte** Lines(in Job job, RowCursor cursor, int x, int width, byte* memory)
    {
        byte** lines = (byte**)memory;
        memory += _shape.KernelHeight * sizeof(byte*);
        for (int kh = 0; kh < _shape.KernelHeight; kh++, memory += LineBytes(job))
        {
            lines[kh] = Line(job.Call, cursor.Image, cursor.Y * _shape.StrideHeight - _shape.PadTop + kh * _shape.DilationHeight, x, width, memory);
        }

        return lines;
    }

    // One kernel row lies in the map itself or, at borders, at its very end, between other channels and for signed codes, in a padded copy.
    private byte* Line(in DenseCall call, int image, int y, int x, int width, byte* copy)
    {
        int pixelBytes = _shape.InChannels * _inputSize;
        nint rowBytes = call.Width * call.InputStride;
        byte* row = call.Input + ((nint)image * call.Height + y) * rowBytes;
        byte* source = row + (nint)x * pixelBytes, end = call.Input + (nint)call.Batch * call.Height * rowBytes;
        bool isInside = (uint)y < (uint)call.Height, isDense = call.InputStride == pixelBytes;
        if (isInside && isDense && x >= 0 && x + width <= call.Width && _inputFlip == 0 && source + (nint)width * pixelBytes + Overrun <= end)
        {
            return source;
        }

        int left = isInside ? Math.Clamp(-x, 0, width) : width, right = isInside ? Math.Clamp(call.Width - x, left, width) : width;
        ByteCopy.Fill(copy, _paddingByte, left * pixelBytes);
        if (!isDense)
        {
            ByteCopy.Rows(row + (x + left) * call.InputStride, call.InputStride, copy + left * pixelBytes, pixelBytes, pixelBytes, right - left);
        }
        else if (right > left)
        {
            Buffer.MemoryCopy(row + (nint)(x + left) * pixelBytes, copy + left * pixelBytes, (right - left) * pixelBytes, (right - left) * pixelBytes);
        }

        ByteCopy.Fill(copy + right * pixelBytes, _paddingByte, (width - right) * pixelBytes);
        if (_inputFlip != 0)
        {
            ByteCopy.Flip(copy, width * pixelBytes, _inputFlip);
        }

        return copy;
    }
}
