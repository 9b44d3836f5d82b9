using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;
using Hone.Kernels.Threading;

namespace Hone.Kernels.Attention;

/// <summary>
/// fp32 attention <c>softmax(scale * Q * transposed K + mask) * V</c> of every head. The scores exist for a few rows and keys at a time only: each block of
/// keys updates the greatest score, the sum and the output of the rows (Dao et al., "FlashAttention", 2022).
/// </summary>
public sealed unsafe partial class FlashAttention : IDisposable
{
    /// <summary>Keys of a block: the scores of a group of rows and the panels of a block stay in the first two levels of cache.</summary>
    private const int BlockKeys = 256;

    /// <summary>Tiles of rows that share a call of the tile kernel and the panels in the cache.</summary>
    private const int TilesPerGroup = 8;

    private const int RowsPerItem = 96;

    private readonly TileKernel _kernel;
    private readonly TileFunctions _products;
    private readonly TileFunctions _sums;
    private readonly NativeBuffer _productsEpilogue;
    private readonly NativeBuffer _sumsEpilogue;
    private readonly int _width;

    /// <summary>Chooses the best kernel of this CPU.</summary>
    /// <param name="options">Which kernels may be chosen; null: <see cref="KernelOptions.Default"/>.</param>
    public FlashAttention(KernelOptions? options = null)
    {
        options ??= KernelOptions.Default;
        _kernel = KernelCatalogue.TilesFor(TileType.Float32, options).First();
        _width = VectorWidth.For(options.Features);
        (_products, _productsEpilogue) = Functions(EpilogueKind.Float);
        (_sums, _sumsEpilogue) = Functions(EpilogueKind.FloatResidual);
    }

    /// <summary>Id of the kernel that does the work.</summary>
    public string KernelId => $"flash-attention/{_kernel.Id}";

    /// <summary>Computes all heads.</summary>
    /// <param name="arguments">Sizes and native memory that stays valid during the run.</param>
    /// <exception cref="ArgumentException">A size is negative, or the heads do not divide.</exception>
    public void Run(in AttentionArguments arguments)
    {
        AttentionArguments a = arguments;
        if (a.Batch < 0 || a.Queries < 0 || a.Keys < 1 || a.Depth < 1 || a.ValueDepth < 1 || a.KeyHeads < 1 || a.Heads % a.KeyHeads != 0)
        {
            throw new ArgumentException($"No attention: batch {a.Batch}, {a.Queries} queries, {a.Keys} keys, depths {a.Depth} and {a.ValueDepth}, {a.Heads} heads on {a.KeyHeads}.");
        }

        if (a.RowOffsets is not null && (a.Queries != a.Keys || a.Mask.Address is not null || a.ByteMask is not null))
        {
            throw new ArgumentException($"Sequences of different lengths attend to themselves without a mask; got {a.Queries} queries and {a.Keys} keys.");
        }

        if (a.Batch == 0 || a.Queries == 0 || a.Heads == 0)
        {
            return;
        }

        WorkerPool pool = a.Pool ?? WorkerPool.Shared;
        int threads = a.MaxThreads > 0 ? Math.Min(a.MaxThreads, pool.ThreadCount) : pool.ThreadCount;
        int heads = checked(a.Batch * a.Heads), parts = 1;

        // Every part packs the keys again, so heads are split only where they do not keep the threads busy.
        if (threads > 1 && heads < 4 * threads)
        {
            parts = Math.Clamp((4 * threads) / heads, 1, Math.Max(1, a.Queries / RowsPerItem));
        }

        Job job = new() { Owner = this, Arguments = a, Parts = parts };
        pool.Run(ref job, checked(heads * parts), a.MaxThreads);
    }

    /// <summary>Frees the operator's memory; no run may be under way.</summary>
    public void Dispose()
    {
        _productsEpilogue.Dispose();
        _sumsEpilogue.Dispose();
    }

    private (TileFunctions Functions, NativeBuffer Epilogue) Functions(EpilogueKind kind)
    {
        EpilogueData data = new() { Kind = kind, Low = float.NegativeInfinity, High = float.PositiveInfinity };
        NativeBuffer buffer = new(sizeof(EpilogueData));
        *(EpilogueData*)buffer.Pointer = data;
        return (new TileFunctions(_kernel, data), buffer);
    }

    private struct Job : IParallelJob
    {
        internal FlashAttention Owner;
        internal AttentionArguments Arguments;
        internal int Parts;

        public readonly void Execute(int item)
        {
            (int entry, int part) = Math.DivRem(item, Parts);
            (int batch, int head) = Math.DivRem(entry, Arguments.Heads);
            if (Arguments.RowOffsets is null)
            {
                RunPart(Arguments, batch, head, part);
                return;
            }

            AttentionArguments sequence = Arguments;
            int first = Arguments.RowOffsets[batch];
            sequence.Queries = sequence.Keys = Arguments.RowOffsets[batch + 1] - first;
            sequence.Query = sequence.Query.From(first);
            sequence.Key = sequence.Key.From(first);
            sequence.Value = sequence.Value.From(first);
            sequence.Output = sequence.Output.From(first);
            RunPart(sequence, 0, head, part);
        }

        private readonly void RunPart(in AttentionArguments arguments, int batch, int head, int part)
        {
            int first = (int)((long)arguments.Queries * part / Parts), end = (int)((long)arguments.Queries * (part + 1) / Parts);
            if (first < end)
            {
                Owner.RunHead(arguments, batch, head, first, end);
            }
        }
    }
}
