using Hone.Kernels.Layout;
using Hone.Kernels.Threading;

namespace Hone.Runtime.Execution;

/// <summary>Copies a block of up to eight dimensions between buffers with strides of their own. The dimensions are merged where both sides allow.</summary>
internal unsafe struct CopyJob : IParallelJob
{
    internal const int MostDimensions = 8;

    private const long SmallBlock = 1 << 15;

    internal byte* Source;
    internal byte* Target;

    private int _rank;
    private int _elementSize;
    private fixed long _sizes[MostDimensions];
    private fixed long _sourceStrides[MostDimensions];
    private fixed long _targetStrides[MostDimensions];

    /// <summary>Describes a copy.</summary>
    /// <param name="elementSize">Bytes per element: 1, 2, 4 or 8.</param>
    /// <param name="sizes">At least 1 each.</param>
    /// <param name="sourceStrides">In elements; 0 repeats, negative ones run backwards.</param>
    /// <param name="targetStrides">In elements.</param>
    /// <returns>Null where more than eight dimensions are left after merging.</returns>
    internal static CopyJob? Create(int elementSize, ReadOnlySpan<long> sizes, ReadOnlySpan<long> sourceStrides, ReadOnlySpan<long> targetStrides)
    {
        List<(long Size, long Source, long Target)> merged = [];
        for (int i = sizes.Length - 1; i >= 0; i--)
        {
            if (sizes[i] == 1)
                continue;
            (long size, long source, long target) = merged.Count > 0 ? merged[^1] : default;
            if (merged.Count > 0 && sourceStrides[i] == source * size && targetStrides[i] == target * size)
                merged[^1] = (size * sizes[i], source, target);
            else
                merged.Add((sizes[i], sourceStrides[i], targetStrides[i]));
        }

        if (merged.Count == 0)
            merged.Add((1, 1, 1));
        if (merged.Count > MostDimensions || elementSize is not (1 or 2 or 4 or 8))
            return null;
        merged.Reverse();
        CopyJob job = new() { _rank = merged.Count, _elementSize = elementSize };
        for (int i = 0; i < merged.Count; i++)
            (job._sizes[i], job._sourceStrides[i], job._targetStrides[i]) = merged[i];
        return job;
    }

    /// <summary>Length of the outermost dimension, which may be less in a run than was planned.</summary>
    internal long Outermost
    {
        readonly get => _sizes[0];
        set => _sizes[0] = value;
    }

    internal void Run(Frame frame)
    {
        long total = 1;
        for (int i = 0; i < _rank; i++)
            total *= _sizes[i];
        if (_rank == 1 || total < SmallBlock || _sizes[0] > int.MaxValue)
            Copy(Source, Target, 0);
        else
            WorkerPool.Shared.Run(ref this, (int)_sizes[0], frame.MaxThreads);
    }

    public readonly void Execute(int item) =>
        Copy(Source + item * _sourceStrides[0] * _elementSize, Target + item * _targetStrides[0] * _elementSize, 1);

    private readonly void Copy(byte* source, byte* target, int dimension)
    {
        nint sourceStep = (nint)_sourceStrides[dimension] * _elementSize, targetStep = (nint)_targetStrides[dimension] * _elementSize;
        bool isRowOfRuns = dimension == _rank - 2 && _sourceStrides[_rank - 1] == 1 && _targetStrides[_rank - 1] == 1;
        if (isRowOfRuns)
        {
            StridedCopy.Rows(source, sourceStep, target, targetStep, (nint)_sizes[_rank - 1] * _elementSize, (nint)_sizes[dimension]);
            return;
        }

        if (dimension == _rank - 1)
        {
            CopyRun(source, sourceStep, target, targetStep, _sizes[dimension]);
            return;
        }

        for (long i = 0; i < _sizes[dimension]; i++, source += sourceStep, target += targetStep)
            Copy(source, target, dimension + 1);
    }

    private readonly void CopyRun(byte* source, nint sourceStep, byte* target, nint targetStep, long count)
    {
        if (sourceStep == _elementSize && targetStep == _elementSize)
        {
            Buffer.MemoryCopy(source, target, count * _elementSize, count * _elementSize);
            return;
        }

        switch (_elementSize)
        {
            case 1: CopyElements<byte>(source, sourceStep, target, targetStep, count); break;
            case 2: CopyElements<ushort>(source, sourceStep, target, targetStep, count); break;
            case 4: CopyElements<uint>(source, sourceStep, target, targetStep, count); break;
            default: CopyElements<ulong>(source, sourceStep, target, targetStep, count); break;
        }
    }

    private static void CopyElements<T>(byte* source, nint sourceStep, byte* target, nint targetStep, long count)
        where T : unmanaged
    {
        for (long i = 0; i < count; i++, source += sourceStep, target += targetStep)
            *(T*)target = *(T*)source;
    }
}
