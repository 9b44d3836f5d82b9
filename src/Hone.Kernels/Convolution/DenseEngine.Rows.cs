using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Convolution;

/// <summary>Where the rows of a block lie: addresses into the map, of padding, or of gathered copies.</summary>
internal sealed unsafe partial class DenseEngine
{
    // A 1x1 convolution of stride 1 without padding: rows lie one after the other.
    private void PointRows(in DenseCall call, int group, long first, int rows, byte** sources, byte** outputs, byte** residuals)
    {
        int channel = group * _shape.GroupOutChannels;
        byte* source = call.Input + (nint)first * call.InputStride + (nint)group * _shape.GroupInChannels * _kernel.ElementSize;
        byte* output = call.Output + (nint)first * call.OutputStride + (nint)channel * _outputSize;
        byte* residual = call.Residual is null ? null : call.Residual + (nint)first * call.ResidualStride + (nint)channel * _residualSize;
        nint residualStride = call.Residual is null ? 0 : call.ResidualStride;
        for (int i = 0; i < rows; i++)
        {
            sources[i] = source;
            outputs[i] = output;
            residuals[i] = residual;
            source += call.InputStride;
            output += call.OutputStride;
            residual += residualStride;
        }
    }

    private void PrepareRows(in Job job, int group, long first, int rows, byte** sources, byte** outputs, byte** residuals, byte* gather)
    {
        int mr = job.RowsPerTile, channel = group * _shape.GroupOutChannels, r = 0;
        nint depthBytes = (nint)_layout.PaddedDepth * _kernel.ElementSize;
        using Scratch.Frame frame = Scratch.Take(_inputSize != _kernel.ElementSize ? (long)_layout.PaddedDepth * _inputSize : 0);
        byte* floats = frame.Pointer;
        byte** tile = sources;
        RowCursor cursor = new(job.Height, job.Width, first);
        int gathered = 0;
        for (int i = 0; i < rows; i++)
        {
            if (!_gathers)
            {
                PointRow(job.Call, cursor, group, tile + r, mr);
            }
            else
            {
                if (_kernel.Type == TileType.BFloat16)
                {
                    GatherRow(job.Call, cursor, group, floats);
                    BFloat16.FromFloats((float*)floats, (ushort*)gather, _layout.PaddedDepth);
                }
                else if (i == gathered)
                {
                    gathered += GatherRun(job.Call, cursor, group, gather, Math.Min(rows - i, job.Width - cursor.X));
                }

                sources[i] = gather;
                gather += depthBytes;
            }

            if (++r == mr)
            {
                r = 0;
                tile += (nint)_taps * mr;
            }

            nint pixel = ((nint)cursor.Image * job.Map.Height + cursor.Y * job.Map.StepY + job.Map.FirstY) * job.Map.Width
                + cursor.X * job.Map.StepX + job.Map.FirstX;
            outputs[i] = job.Call.Output + pixel * job.Call.OutputStride + (nint)channel * _outputSize;
            residuals[i] = job.Call.Residual is null ? null : job.Call.Residual + pixel * job.Call.ResidualStride + (nint)channel * _residualSize;
            cursor.Next();
        }
    }

    // A row that does not exist computes what its tile's first row computes, into the dump row.
    private void CopyPointers(byte** sources, int tile, int r, int mr)
    {
        byte** first = sources + (nint)tile * _taps * mr;
        for (int tap = 0; tap < _taps; tap++)
        {
            first[tap * mr + r] = first[tap * mr];
        }
    }

    private void PointRow(in DenseCall call, RowCursor cursor, int group, byte** target, int mr)
    {
        int y = cursor.Y * _shape.StrideHeight - _shape.PadTop, x = cursor.X * _shape.StrideWidth - _shape.PadLeft;
        int kernelHeight = _shape.KernelHeight, kernelWidth = _shape.KernelWidth, stepY = _shape.DilationHeight, stepX = _shape.DilationWidth;
        nint stride = call.InputStride, rowBytes = call.Width * stride;
        byte* row = call.Input + (nint)group * _shape.GroupInChannels * _kernel.ElementSize + ((nint)cursor.Image * call.Height + y) * rowBytes + x * stride;
        if (IsInside(call, y, x))
        {
            for (int kh = 0; kh < kernelHeight; kh++, row += stepY * rowBytes)
            {
                byte* pixel = row;
                for (int kw = 0; kw < kernelWidth; kw++, pixel += stepX * stride, target += mr)
                {
                    *target = pixel;
                }
            }

            return;
        }

        for (int kh = 0; kh < kernelHeight; kh++, y += stepY, row += stepY * rowBytes)
        {
            int column = x;
            byte* pixel = row;
            for (int kw = 0; kw < kernelWidth; kw++, column += stepX, pixel += stepX * stride, target += mr)
            {
                bool inside = (uint)y < (uint)call.Height && (uint)column < (uint)call.Width;
                *target = inside ? pixel : _padding.Pointer;
            }
        }
    }

    private bool IsInside(in DenseCall call, int y, int x) =>
        y >= 0 && x >= 0
        && y + (_shape.KernelHeight - 1) * _shape.DilationHeight < call.Height
        && x + (_shape.KernelWidth - 1) * _shape.DilationWidth < call.Width;

    /// <summary>Gathers the next rows of the same output line: all that lie inside the map at once, or one.</summary>
    /// <returns>How many rows were gathered.</returns>
    private int GatherRun(in DenseCall call, RowCursor cursor, int group, byte* target, int most)
    {
        int bytes = _shape.KernelWidth * _shape.GroupInChannels * _inputSize;
        int y = cursor.Y * _shape.StrideHeight - _shape.PadTop, x = cursor.X * _shape.StrideWidth - _shape.PadLeft;
        bool contiguous = _shape.DilationWidth == 1 && _shape.Groups == 1 && call.InputStride == _shape.InChannels * _inputSize;
        if (!contiguous || _inputFlip != 0 || !IsInside(call, y, x))
        {
            GatherRow(call, cursor, group, target);
            return 1;
        }

        int count = Math.Min(most, (call.Width - _shape.KernelWidth - x) / _shape.StrideWidth + 1);
        nint rowBytes = call.Width * call.InputStride, step = _shape.StrideWidth * call.InputStride, targetStep = (nint)_layout.PaddedDepth * _inputSize;
        byte* source = call.Input + ((nint)cursor.Image * call.Height + y) * rowBytes + x * call.InputStride;
        int rest = (int)targetStep - bytes * _shape.KernelHeight;
        for (int i = 0; i < count && rest > 0; i++)
        {
            new Span<byte>(target + (i + 1) * targetStep - rest, rest).Clear();
        }

        for (int kh = 0; kh < _shape.KernelHeight; kh++, source += _shape.DilationHeight * rowBytes, target += bytes)
        {
            ByteCopy.Rows(source, step, target, targetStep, bytes, count);
        }

        return count;
    }

    private void GatherRow(in DenseCall call, RowCursor cursor, int group, byte* target)
    {
        int size = _inputSize, pixelBytes = _shape.GroupInChannels * size, kernelHeight = _shape.KernelHeight, kernelWidth = _shape.KernelWidth;
        int y = cursor.Y * _shape.StrideHeight - _shape.PadTop, x = cursor.X * _shape.StrideWidth - _shape.PadLeft;
        nint rowBytes = call.Width * call.InputStride;
        byte* image = call.Input + (nint)cursor.Image * call.Height * rowBytes + (nint)group * pixelBytes;
        byte* start = target;
        bool contiguous = _shape.DilationWidth == 1 && call.InputStride == pixelBytes;
        if (contiguous && IsInside(call, y, x))
        {
            int bytes = kernelWidth * pixelBytes;
            byte* row = image + y * rowBytes + (nint)x * pixelBytes;
            for (int kh = 0; kh < kernelHeight; kh++, row += _shape.DilationHeight * rowBytes, target += bytes)
            {
                ByteCopy.Copy(row, target, bytes);
            }
        }
        else
        {
            for (int kh = 0; kh < kernelHeight; kh++, y += _shape.DilationHeight, target += kernelWidth * pixelBytes)
            {
                GatherKernelRow(call, image + y * rowBytes, (uint)y < (uint)call.Height, x, pixelBytes, contiguous, target);
            }
        }

        if (_inputFlip != 0)
        {
            ByteCopy.Flip(start, (int)(target - start), _inputFlip);
        }

        for (int rest = _layout.PaddedDepth * size - (int)(target - start); rest > 0; rest--)
        {
            *target++ = 0;
        }
    }

    private void GatherKernelRow(in DenseCall call, byte* row, bool isInside, int x, int pixelBytes, bool contiguous, byte* target)
    {
        int kernelWidth = _shape.KernelWidth;
        if (!isInside)
        {
            ByteCopy.Fill(target, _paddingByte, kernelWidth * pixelBytes);
        }
        else if (contiguous)
        {
            int left = Math.Clamp(-x, 0, kernelWidth), end = Math.Clamp(call.Width - x, left, kernelWidth);
            ByteCopy.Fill(target, _paddingByte, left * pixelBytes);
            ByteCopy.Copy(row + (nint)(x + left) * pixelBytes, target + left * pixelBytes, (end - left) * pixelBytes);
            ByteCopy.Fill(target + end * pixelBytes, _paddingByte, (kernelWidth - end) * pixelBytes);
        }
        else
        {
            for (int kw = 0; kw < kernelWidth; kw++, x += _shape.DilationWidth, target += pixelBytes)
            {
                ByteCopy.Copy((uint)x < (uint)call.Width ? row + x * call.InputStride : _padding.Pointer, target, pixelBytes);
            }
        }
    }
}
