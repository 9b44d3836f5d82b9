using Hone.Kernels.Memory;

namespace Hone.Kernels.Convolution;

/// <summary>
/// Kernel rows as taps: where pixels lie next to each other, the columns of a kernel row are one run of memory, so that a tap is a kernel row.
/// Pixels whose window crosses the left or right border read copies with padding.
/// </summary>
internal sealed unsafe partial class DenseEngine
{
    private int ColumnBytes => _shape.KernelWidth * _shape.InChannels * _inputSize;

    private bool CanMergeColumns(in DenseCall call) =>
        !_gathers && _shape is { Groups: 1, DilationWidth: 1, KernelWidth: > 1 } && call.InputStride == _shape.InChannels * _inputSize;

    /// <summary>Bytes of padded copies that a block may need: those of its pixels at borders.</summary>
    private long BorderBytes(in Job job, int rows)
    {
        if (!job.MergesColumns)
        {
            return 0;
        }

        (int left, int right) = Inside(job);
        long lines = Math.Min(rows, (rows - 1) / job.Width + 2), border = Math.Min(rows, lines * (job.Width - Math.Max(0, right - left)));
        return border * _shape.KernelHeight * ColumnBytes;
    }

    // The output columns [left, right) read no padding on the sides.
    private (int Left, int Right) Inside(in Job job)
    {
        int left = Math.Clamp((_shape.PadLeft + _shape.StrideWidth - 1) / _shape.StrideWidth, 0, job.Width);
        int last = job.Call.Width + _shape.PadLeft - _shape.KernelWidth;
        int right = last < 0 ? left : Math.Clamp(last / _shape.StrideWidth + 1, left, job.Width);
        return (left, right);
    }

    private void PointLine(in Job job, RowCursor cursor, int count, int done, byte** sources, ref byte* copies)
    {
        int mr = job.RowsPerTile, kernelHeight = _shape.KernelHeight, height = job.Call.Height;
        nint rowBytes = job.Call.Width * job.Call.InputStride, step = _shape.StrideWidth * job.Call.InputStride, rowStep = _shape.DilationHeight * rowBytes;
        (int left, int right) = Inside(job);
        int y = cursor.Y * _shape.StrideHeight - _shape.PadTop;
        bool isInside = y >= 0 && y + (kernelHeight - 1) * _shape.DilationHeight < height;
        byte* pixel = job.Call.Input + ((nint)cursor.Image * height + y) * rowBytes + (cursor.X * _shape.StrideWidth - _shape.PadLeft) * job.Call.InputStride;
        byte** tile = sources + (nint)(done / mr) * kernelHeight * mr;
        int r = done % mr;
        for (int x = cursor.X; x < cursor.X + count; x++, pixel += step)
        {
            byte** target = tile + r;
            byte* source = pixel;
            if (isInside && x >= left && x < right)
            {
                for (int kh = 0; kh < kernelHeight; kh++, source += rowStep, target += mr)
                {
                    *target = source;
                }
            }
            else
            {
                for (int kh = 0; kh < kernelHeight; kh++, source += rowStep, target += mr)
                {
                    if ((uint)(y + kh * _shape.DilationHeight) >= (uint)height)
                    {
                        *target = _padding.Pointer;
                    }
                    else if (x >= left && x < right)
                    {
                        *target = source;
                    }
                    else
                    {
                        CopyColumns(source, x * _shape.StrideWidth - _shape.PadLeft, job.Call.Width, copies);
                        *target = copies;
                        copies += ColumnBytes;
                    }
                }
            }

            if (++r == mr)
            {
                r = 0;
                tile += (nint)kernelHeight * mr;
            }
        }
    }

    private void CopyColumns(byte* source, int x, int width, byte* target)
    {
        int pixelBytes = _shape.InChannels * _inputSize;
        int left = Math.Clamp(-x, 0, _shape.KernelWidth), end = Math.Clamp(width - x, left, _shape.KernelWidth);
        ByteCopy.Fill(target, _paddingByte, left * pixelBytes);
        if (end > left)
        {
            ByteCopy.Copy(source + (nint)left * pixelBytes, target + left * pixelBytes, (end - left) * pixelBytes);
        }

        ByteCopy.Fill(target + end * pixelBytes, _paddingByte, (_shape.KernelWidth - end) * pixelBytes);
    }
}
