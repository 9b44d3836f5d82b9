using Hone.Kernels.Elementwise;
using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;

namespace Hone.Kernels.Convolution;

/// <summary>Short sums whose rows lie at equal distances: whole runs of rows go through the kernel without tables of addresses.</summary>
internal sealed unsafe partial class DenseEngine
{
    private bool CanStride =>
        (_isPointwise || _interleaves)
        && _functions.Length == 1
        && _activation.Operation == UnaryOperation.Identity
        && _functions[0].CanReside(_layout.Steps, _layout.StripVectors(0))
        && _functions[0].CanReside(_layout.Steps, _layout.StripVectors(_layout.Strips - 1));

    private void RunStridedBlock(in Job job, int group, int first, int rows, int firstStrip, int endStrip)
    {
        if (_isPointwise)
        {
            byte* source = job.Call.Input + (nint)first * job.Call.InputStride + (nint)group * _shape.GroupInChannels * _kernel.ElementSize;
            RunRows(job, group, first, rows, source, job.Call.InputStride, firstStrip, endStrip);
            return;
        }

        long interleaved = InterleavedBytes(Math.Min(rows, job.Width), 1);
        using Scratch.Frame frame = Scratch.Take(interleaved + LinesBytes(job));
        RowCursor cursor = new(job.Height, job.Width, first);
        for (int done = 0; done < rows;)
        {
            int count = Math.Min(rows - done, job.Width - cursor.X);
            InterleaveLines(job, cursor, count, frame.Pointer, frame.Pointer + interleaved);
            RunRows(job, group, first + done, count, frame.Pointer, WindowStep, firstStrip, endStrip);
            done += count;
            cursor = new(job.Height, job.Width, first + done);
        }
    }

    // Output rows follow each other from the first on.
    private void RunRows(in Job job, int group, int first, int rows, byte* source, nint sourceStride, int firstStrip, int endStrip)
    {
        int channel = group * _shape.GroupOutChannels;
        byte* output = job.Call.Output + (nint)first * job.Call.OutputStride + (nint)channel * _outputSize;
        byte* residual = job.Call.Residual is null ? null : job.Call.Residual + (nint)first * job.Call.ResidualStride + (nint)channel * _residualSize;
        for (int strip = firstStrip; strip < endStrip; strip++)
        {
            TileArguments arguments = StripArguments(job, group, strip, piece: 0);
            arguments.Rows = (byte**)source;
            arguments.Outputs = (byte**)output;
            arguments.Residuals = (byte**)residual;
            (arguments.Tiles, arguments.RowsPerTile) = (rows, 1);
            (arguments.SourceStride, arguments.OutputStride, arguments.ResidualStride) = (sourceStride, job.Call.OutputStride, job.Call.ResidualStride);
            _functions[0].InvokeStrided(&arguments, _layout.StripVectors(strip));
        }
    }
}
