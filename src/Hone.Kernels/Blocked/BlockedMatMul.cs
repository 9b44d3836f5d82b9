using System.Runtime.Intrinsics;
using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Elementwise;
using Hone.Kernels.Emit;
using Hone.Kernels.MatMul;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;
using Hone.Kernels.Threading;

namespace Hone.Kernels.Blocked;

/// <summary>
/// fp32 product with constant weights of 4 or 8 bits in blocks: y [M, N] = activation(x [M, K] * W + bias + residual). Immutable; runs allocate
/// nothing.
/// </summary>
/// <remarks>
/// One row reads each weight once, at the speed of the memory. With AVX512_VNNI the activations are integers with a scale for each block of each
/// row: one byte, or three bytes that together are as exact as fp32. Elsewhere the weights are widened to fp32.
/// </remarks>
public sealed unsafe class BlockedMatMul : IDisposable
{
    internal const int MostVirtualRows = 6;
    private const int ExactLimbs = 3;
    private const int WideGroups = 4;
    private const int NarrowGroups = 2;

    // Below this many products the threads cost more than they save.
    private const long FewProducts = 1 << 16;

    private readonly BlockedLayout _layout;
    private readonly NativeBuffer _panel;
    private readonly float[] _bias;
    private readonly F32Epilogue _epilogue;
    private readonly int _limbs;
    private readonly int _width;

    /// <summary>Packs the weights for the best kernel of this CPU.</summary>
    /// <param name="weights">Is not kept.</param>
    /// <param name="accuracy">How the activations are treated.</param>
    /// <param name="bias">[N], or empty.</param>
    /// <param name="epilogue">What follows the sum.</param>
    /// <param name="options">Which kernels may be chosen; null: <see cref="KernelOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">A size is out of range, or an array has the wrong length.</exception>
    public BlockedMatMul(BlockedWeights weights, ProductAccuracy accuracy, ReadOnlySpan<float> bias, F32Epilogue epilogue = default, KernelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        weights.Validate();
        if (!bias.IsEmpty && bias.Length != weights.N)
        {
            throw new ArgumentException($"The bias has {bias.Length} elements for {weights.N} columns.", nameof(bias));
        }

        options ??= KernelOptions.Default;
        bool isEmitted = options.Features.Supports(Isa.Avx512Vnni) && !options.StaticKernels && ExecutableMemory.Instance is not null;
        _width = VectorWidth.For(options.Features);
        _limbs = !isEmitted ? 0 : accuracy == ProductAccuracy.Int8 ? 1 : ExactLimbs;
        _layout = BlockedLayout.Of(weights, isEmitted);
        _panel = new NativeBuffer(_layout.Bytes);
        _layout.Pack(weights, _panel.Pointer);
        (_bias, _epilogue) = (bias.ToArray(), epilogue);
        KernelId = isEmitted
            ? $"f32-u{weights.Bits}b-gemm-{(_limbs == 1 ? "int8" : "exact")}__avx512vnni"
            : $"f32-u{weights.Bits}b-gemm-4x16__{_width switch { 512 => "avx512-static", 256 => "avx2-static", _ => "portable" }}";
    }

    /// <summary>Id of the kernel that does the work.</summary>
    public string KernelId { get; }

    /// <summary>Bytes of packed weights.</summary>
    public long PackedBytes => _layout.Bytes;

    /// <summary>Computes one product; the number of rows may differ from run to run.</summary>
    /// <param name="arguments">Sizes and native memory that stays valid during the run.</param>
    /// <exception cref="ArgumentException">A size is negative, a stride less than the row, or a pointer missing.</exception>
    public void Run(in MatMulArguments arguments)
    {
        Calls.Check(Calls.From(arguments, sizeof(float), sizeof(float), sizeof(float)), _layout.K * sizeof(float), _layout.N * sizeof(float), _layout.N * sizeof(float), _epilogue.AddsResidual);
        int rows = arguments.Rows;
        if (rows == 0)
        {
            return;
        }

        WorkerPool pool = arguments.Pool ?? WorkerPool.Shared;
        int threads = (long)rows * _layout.N * _layout.K < FewProducts ? 1 : arguments.MaxThreads;
        Job job = new() { Owner = this, Arguments = arguments };
        if (_limbs == 0)
        {
            (job.RowsPerTile, job.Groups) = (BlockedStaticTile<Simd128, Vector128<float>, Vector128<int>>.MostRows, 1);
            pool.Run(ref job, _layout.Groups, threads);
            return;
        }

        int most = MostVirtualRows / _limbs, tiles = (rows + most - 1) / most;
        job.RowsPerTile = (rows + tiles - 1) / tiles;
        job.Groups = rows * _limbs <= MostVirtualRows / 2 ? WideGroups : NarrowGroups;
        job.Tiles = (rows + job.RowsPerTile - 1) / job.RowsPerTile;
        job.TileBytes = ((long)_layout.Blocks * ActivationTile.BlockBytes(job.RowsPerTile * _limbs, _layout.BlockSize) + 63) / 64 * 64;
        using Scratch.Frame frame = Scratch.Take(job.TileBytes * job.Tiles);
        job.Activations = frame.Pointer;
        PackJob packing = new() { Job = job };
        pool.Run(ref packing, job.Tiles, threads);
        job.Strips = (_layout.Groups + job.Groups - 1) / job.Groups;
        pool.Run(ref job, job.Strips, threads);
    }

    /// <summary>Frees the packed weights; no run may be under way.</summary>
    public void Dispose() => _panel.Dispose();

    private struct PackJob : IParallelJob
    {
        internal Job Job;

        public readonly void Execute(int item) => Job.Owner.PackTile(in Job, item);
    }

    private struct Job : IParallelJob
    {
        internal BlockedMatMul Owner;
        internal MatMulArguments Arguments;
        internal byte* Activations;
        internal long TileBytes;
        internal int Tiles;
        internal int RowsPerTile;
        internal int Groups;
        internal int Strips;

        internal readonly int RowsOf(int tile) => Math.Min(RowsPerTile, Arguments.Rows - tile * RowsPerTile);

        public readonly void Execute(int item)
        {
            if (Owner._limbs == 0)
            {
                Owner.RunStatic(in this, item);
            }
            else
            {
                Owner.RunStrip(in this, item);
            }
        }
    }

    private void PackTile(in Job job, int tile)
    {
        float* source = (float*)job.Arguments.Input + tile * job.RowsPerTile * job.Arguments.InputStride;
        ActivationTile.Pack(source, job.Arguments.InputStride, job.RowsOf(tile), _limbs, in _layout, job.Activations + tile * job.TileBytes);
    }

    private void RunStrip(in Job job, int strip)
    {
        float* sums = stackalloc float[MostVirtualRows * NarrowGroups * BlockedLayout.GroupColumns];
        // The groups of a strip lie far apart, so that each is a stream through the whole of the weights, which the memory reads ahead.
        int groups = (_layout.Groups - strip + job.Strips - 1) / job.Strips;
        for (int tile = 0; tile < job.Tiles; tile++)
        {
            int rows = job.RowsOf(tile);
            BlockedTileArguments arguments = new()
            {
                Panel = _panel.Pointer + strip * _layout.GroupBytes,
                GroupStride = job.Strips * _layout.GroupBytes,
                Blocks = _layout.Blocks,
                Activations = job.Activations + tile * job.TileBytes,
                Output = sums,
            };
            BlockedTileCode.Invoke(BlockedTileVariant.Of(rows * _limbs, groups, _layout), &arguments);
            for (int row = 0; row < rows; row++)
            {
                float* parts = sums + row * _limbs * groups * BlockedLayout.GroupColumns;
                for (int g = 0; g < groups; g++)
                {
                    Store(in job.Arguments, tile * job.RowsPerTile + row, strip + g * job.Strips, parts + g * BlockedLayout.GroupColumns, _limbs, groups * BlockedLayout.GroupColumns);
                }
            }
        }
    }

    private void RunStatic(in Job job, int group)
    {
        const int Rows = BlockedStaticTile<Simd128, Vector128<float>, Vector128<int>>.MostRows;
        float* sums = stackalloc float[Rows * BlockedLayout.GroupColumns];
        byte* panel = _panel.Pointer + group * _layout.GroupBytes;
        for (int row = 0; row < job.Arguments.Rows; row += Rows)
        {
            int rows = Math.Min(Rows, job.Arguments.Rows - row);
            float* x = (float*)job.Arguments.Input + row * job.Arguments.InputStride;
            switch (_width)
            {
                case 512: BlockedStaticTile<Simd512, Vector512<float>, Vector512<int>>.Run(in _layout, panel, x, job.Arguments.InputStride, rows, sums); break;
                case 256: BlockedStaticTile<Simd256, Vector256<float>, Vector256<int>>.Run(in _layout, panel, x, job.Arguments.InputStride, rows, sums); break;
                default: BlockedStaticTile<Simd128, Vector128<float>, Vector128<int>>.Run(in _layout, panel, x, job.Arguments.InputStride, rows, sums); break;
            }

            for (int r = 0; r < rows; r++)
            {
                Store(in job.Arguments, row + r, group, sums + r * BlockedLayout.GroupColumns, 1, 0);
            }
        }
    }

    /// <summary>Adds the parts of a row in one group of columns, bias and residual; applies the function.</summary>
    private void Store(in MatMulArguments arguments, int row, int group, float* sums, int limbs, int limbStride)
    {
        int firstColumn = group * BlockedLayout.GroupColumns, columns = Math.Min(BlockedLayout.GroupColumns, _layout.N - firstColumn);
        for (int limb = 1; limb < limbs; limb++)
        {
            for (int i = 0; i < BlockedLayout.GroupColumns; i += 8)
            {
                (Vector256.Load(sums + i) + Vector256.Load(sums + limb * limbStride + i)).Store(sums + i);
            }
        }

        float* target = (float*)arguments.Output + row * arguments.OutputStride + firstColumn;
        float* residual = _epilogue.AddsResidual ? (float*)arguments.Residual + row * arguments.ResidualStride + firstColumn : null;
        for (int i = 0; i < columns; i++)
        {
            target[i] = sums[i] + (_bias.Length > 0 ? _bias[firstColumn + i] : 0) + (residual is null ? 0 : residual[i]);
        }

        if (_epilogue.Activation.Operation != UnaryOperation.Identity)
        {
            Unary.Run(_epilogue.Activation, target, target, columns);
        }
    }
}
