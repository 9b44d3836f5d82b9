using Hone.Kernels.Attention;
using Hone.Kernels.Threading;

namespace Hone.Runtime.Execution;

/// <summary>Rotates all heads; one item is one token, whose angles they share.</summary>
internal unsafe struct RotaryJob : IParallelJob
{
    internal float* Source;
    internal float* Target;
    internal float* Cosine;
    internal float* Sine;

    /// <summary>int64 positions of all tokens, or one from which they count; null where each token has angles of its own.</summary>
    internal long* Positions;

    internal bool IsOffset;
    internal bool IsInterleaved;
    internal int Batch;
    internal int Length;
    internal int Heads;
    internal int Size;
    internal int Half;
    internal long Entries;
    internal (nint Batch, nint Head, nint Row) SourceStrides;
    internal (nint Batch, nint Head, nint Row) TargetStrides;

    /// <summary>The first position that has no angles, or null.</summary>
    internal readonly long? FirstOutOfRange()
    {
        for (int token = 0; token < Batch * Length; token++)
        {
            if ((ulong)PositionOf(token) >= (ulong)Entries)
                return PositionOf(token);
        }

        return null;
    }

    internal void Run(Frame frame) => WorkerPool.Shared.Run(ref this, Batch * Length, frame.MaxThreads);

    public readonly void Execute(int token)
    {
        (int batch, int row) = (token / Length, token % Length);
        long angles = PositionOf(token) * Half;
        float* source = Source + (batch * SourceStrides.Batch) + (row * SourceStrides.Row), target = Target + (batch * TargetStrides.Batch) + (row * TargetStrides.Row);
        for (int head = 0; head < Heads; head++, source += SourceStrides.Head, target += TargetStrides.Head)
        {
            if (IsInterleaved)
                RotaryRow.Neighbours(source, target, Cosine + angles, Sine + angles, Half);
            else
                RotaryRow.Halves(source, target, Cosine + angles, Sine + angles, Half);
            if (source != target && 2 * Half < Size)
                new ReadOnlySpan<float>(source + (2 * Half), Size - (2 * Half)).CopyTo(new Span<float>(target + (2 * Half), Size - (2 * Half)));
        }
    }

    private readonly long PositionOf(int token) => Positions is null ? token : IsOffset ? Positions[0] + (token % Length) : Positions[token];
}
