using Hone.Runtime.Execution;
using Hone.Tensors;

namespace Hone.Runtime.Planning;

/// <summary>What a <see cref="PlanBuilder"/> hands over.</summary>
internal sealed record PlanParts
{
    internal required IReadOnlyList<Step> Steps { get; init; }

    internal required IReadOnlyList<Operand> Operands { get; init; }

    internal required IReadOnlyList<PlannedPort> Inputs { get; init; }

    internal required IReadOnlyList<PlannedPort> Outputs { get; init; }

    internal required IReadOnlyList<IDisposable> Owned { get; init; }

    /// <summary>Tensors whose memory the plan points to.</summary>
    internal required IReadOnlyList<Tensor> Constants { get; init; }

    internal required long ArenaByteCount { get; init; }

    internal required int DynamicCount { get; init; }

    internal required int MaxThreads { get; init; }

    internal required bool Profiles { get; init; }

    /// <summary>What became of the removal of padding; null where nobody asked for it.</summary>
    internal required string? PaddingReport { get; init; }
}
