using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;
using Hone.Kernels.Threading;

namespace Hone.Kernels.MatMul;

/// <summary>fp32 matrix products of two operands that are both known at run time only; each strip of B is packed into scratch memory and
/// used for all rows of A.</summary>
public sealed unsafe class F32BatchMatMul : IDisposable
{
    private const int TilesPerCall = 16;

    private readonly TileKernel _kernel;
    private readonly TileFunctions _functions;
    private readonly NativeBuffer _epilogue;
    private readonly NativeBuffer _zeroBias;

    /// <summary>Chooses the best kernel of this CPU.</summary>
    /// <param name="options">Which kernels may be chosen; null: <see cref="KernelOptions.Default"/>.</param>
    public F32BatchMatMul(KernelOptions? options = null)
    {
        _kernel = KernelCatalogue.TilesFor(TileType.Float32, options ?? KernelOptions.Default).First();
        EpilogueData data = new() { Kind = EpilogueKind.Float, Low = float.NegativeInfinity, High = float.PositiveInfinity };
        _functions = new TileFunctions(_kernel, data);
        _epilogue = new NativeBuffer(sizeof(EpilogueData));
        *(EpilogueData*)_epilogue.Pointer = data;
        _zeroBias = new NativeBuffer((long)_kernel.Lanes * _kernel.MaxVectors * sizeof(float));
    }

    /// <summary>Id of the kernel that does the work, as in the catalogue.</summary>
    public string KernelId => _kernel.Id;

    /// <summary>C = A * B for every matrix of the batch.</summary>
    /// <param name="arguments">Sizes and native memory that stays valid during the run.</param>
    public void Run(in BatchMatMulArguments arguments)
    {
        if (arguments.M == 0 || arguments.N == 0 || arguments.Outer == 0 || arguments.Inner == 0)
        {
            return;
        }

        PanelLayout layout = new(_kernel, arguments.K, arguments.N);
        Job job = new() { Owner = this, Arguments = arguments, Layout = layout, RowBlocks = 1 };
        WorkerPool pool = arguments.Pool ?? WorkerPool.Shared;
        int threads = arguments.MaxThreads > 0 ? Math.Min(arguments.MaxThreads, pool.ThreadCount) : pool.ThreadCount;
        int items = checked(arguments.Outer * arguments.Inner * layout.Strips);
        if (items < 2 * threads && threads > 1)
        {
            job.RowBlocks = Math.Clamp(4 * threads / items, 1, Math.Max(1, arguments.M / 48));
        }

        pool.Run(ref job, checked(items * job.RowBlocks), arguments.MaxThreads);
    }

    /// <summary>Frees the operator's memory; no run may be under way.</summary>
    public void Dispose()
    {
        _epilogue.Dispose();
        _zeroBias.Dispose();
    }

    private struct Job : IParallelJob
    {
        internal F32BatchMatMul Owner;
        internal BatchMatMulArguments Arguments;
        internal PanelLayout Layout;
        internal int RowBlocks;

        public readonly void Execute(int item)
        {
            int block = item % RowBlocks, rest = item / RowBlocks;
            int strip = rest % Layout.Strips, matrix = rest / Layout.Strips;
            int first = (int)((long)Arguments.M * block / RowBlocks), end = (int)((long)Arguments.M * (block + 1) / RowBlocks);
            Owner.RunStrip(in this, matrix / Arguments.Inner, matrix % Arguments.Inner, strip, first, end);
        }
    }

    private void RunStrip(in Job job, int outer, int inner, int strip, int firstRow, int endRow)
    {
        ref readonly BatchMatMulArguments a = ref job.Arguments;
        PanelLayout layout = job.Layout;
        int columns = layout.StripColumns(strip), vectors = layout.StripVectors(strip), mr = _kernel.ChooseRows(endRow - firstRow, vectors), width = vectors * _kernel.Lanes;
        int slots = TilesPerCall * mr;
        using Scratch.Frame frame = Scratch.Take(((long)width * layout.PaddedDepth + 2L * width) * sizeof(float) + (3L * slots * sizeof(byte*)) + (long)slots * width * sizeof(float));
        float* panel = (float*)frame.Pointer;
        byte** rows = (byte**)(panel + (nint)width * layout.PaddedDepth), outputs = rows + slots;
        float* dump = (float*)(outputs + 2 * slots);
        float* padded = dump + width;

        float* b = a.B + outer * a.BOuterStride + inner * a.BInnerStride;
        layout.PackStrip(strip, b, a.BIsTransposed ? 1 : a.BRowStride, a.BIsTransposed ? a.BRowStride : 1, panel);
        float* source = a.A + outer * a.AOuterStride + inner * a.AInnerStride;
        float* target = a.C + outer * a.COuterStride + inner * a.CInnerStride + (nint)strip * layout.StripWidth;
        bool copies = _kernel.NeedsWholeVectors && columns != width;

        for (int row = firstRow; row < endRow; row += slots)
        {
            int count = Math.Min(slots, endRow - row), tiles = (count + mr - 1) / mr;
            for (int i = 0; i < tiles * mr; i++)
            {
                bool exists = i < count;
                rows[i] = (byte*)(source + (exists ? row + i : row) * a.ARowStride);
                outputs[i] = (byte*)(!exists ? dump : copies ? padded + (nint)i * width : target + (row + i) * a.CRowStride);
            }

            TileArguments arguments = new()
            {
                Rows = rows,
                Outputs = outputs,
                Tiles = tiles,
                Taps = 1,
                Steps = layout.Steps,
                RowsPerTile = mr,
                Panel = (byte*)panel,
                Columns = copies ? width : columns,
                Bias = _zeroBias.Pointer,
                Epilogue = (EpilogueData*)_epilogue.Pointer,
            };
            _functions.Invoke(&arguments, vectors);
            for (int i = 0; copies && i < count; i++)
            {
                ByteCopy.Copy((byte*)(padded + (nint)i * width), (byte*)(target + (row + i) * a.CRowStride), columns * sizeof(float));
            }
        }
    }
}
