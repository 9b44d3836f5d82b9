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

    private void PrepareRows(
        in Job job, int group, long first, int rows, byte** sources, byte** outputs, byte** residuals, byte* gather, byte* line)
    {
        RowCursor cursor = new(job.Height, job.Width, first);
        bool gathersLines = GathersLines(job.Call);
        for (int done = 0; done < rows;)
        {
            int count = Math.Min(rows - done, job.Width - cursor.X);
            PointOutputs(job, cursor, group, count, outputs + done, residuals + done);
            if (job.MergesColumns)
            {
                PointLine(job, cursor, count, done, sources, ref gather);
            }
            else if (_interleaves)
            {
                byte* window = gather;
                gather = InterleaveLines(job, cursor, count, gather, line);
                for (int i = 0; i < count; i++, window += WindowStep)
                {
                    sources[done + i] = window;
                }
            }
            else if (_gathers)
            {
                if (gathersLines)
                {
                    GatherLines(job, cursor, count, gather, line);
                }
                else
                {
                    GatherPixels(job, cursor, group, count, gather);
                }

                nint depthBytes = (nint)_layout.PaddedDepth * _kernel.ElementSize;
                for (int i = 0; i < count; i++, gather += depthBytes)
                {
                    sources[done + i] = gather;
                }
            }
            else
            {
                PointPixels(job, cursor, group, count, done, sources);
            }

            done += count;
            cursor = new(job.Height, job.Width, first + done);
        }
    }

    private void PointOutputs(in Job job, RowCursor cursor, int group, int count, byte** outputs, byte** residuals)
    {
        int channel = group * _shape.GroupOutChannels;
        nint pixel = ((nint)cursor.Image * job.Map.Height + cursor.Y * job.Map.StepY + job.Map.FirstY) * job.Map.Width + cursor.X * job.Map.StepX + job.Map.FirstX;
        byte* output = job.Call.Output + pixel * job.Call.OutputStride + (nint)channel * _outputSize;
        nint step = job.Map.StepX * job.Call.OutputStride;
        for (int i = 0; i < count; i++, output += step)
        {
            outputs[i] = output;
        }

        if (job.Call.Residual is null)
        {
            return;
        }

        byte* residual = job.Call.Residual + pixel * job.Call.ResidualStride + (nint)channel * _residualSize;
        step = job.Map.StepX * job.Call.ResidualStride;
        for (int i = 0; i < count; i++, residual += step)
        {
            residuals[i] = residual;
        }
    }

    private void PointPixels(in Job job, RowCursor cursor, int group, int count, int done, byte** sources)
    {
        int mr = job.RowsPerTile, r = done % mr;
        byte** tile = sources + (nint)(done / mr) * job.Taps * mr;
        for (int i = 0; i < count; i++, cursor.X++)
        {
            PointRow(job.Call, cursor, group, tile + r, mr);
            if (++r == mr)
            {
                r = 0;
                tile += (nint)job.Taps * mr;
            }
        }
    }

    private void GatherPixels(in Job job, RowCursor cursor, int group, int count, byte* gather)
    {
        nint depthBytes = (nint)_layout.PaddedDepth * _kernel.ElementSize;
        bool narrows = _inputSize != _kernel.ElementSize;
        using Scratch.Frame frame = Scratch.Take(narrows ? (long)_layout.PaddedDepth * _inputSize : 0);
        for (int i = 0; i < count; i++, cursor.X++, gather += depthBytes)
        {
            GatherRow(job.Call, cursor, group, narrows ? frame.Pointer : gather);
            if (narrows)
            {
                BFloat16.FromFloats((float*)frame.Pointer, (ushort*)gather, _layout.PaddedDepth);
            }
        }
    }

    // A row that does not exist computes what its tile's first row computes, into the dump row.
    private static void CopyPointers(byte** sources, int tile, int r, int mr, int taps)
    {
        byte** first = sources + (nint)tile * taps * mr;
        for (int tap = 0; tap < taps; tap++)
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
