using Hone.Graphs;

namespace Hone.Runtime.Execution;

/// <summary>One step of a plan.</summary>
internal sealed class Step
{
    /// <summary>Name of the node that it computes, or of the value that it turns or copies.</summary>
    internal required string Name { get; init; }

    /// <summary>The nodes that it computes; none for turns and copies.</summary>
    internal required IReadOnlyList<Node> Nodes { get; init; }

    internal required string KernelId { get; init; }

    internal required StepAction Action { get; init; }

    /// <summary>Bytes of activations that it reads and writes.</summary>
    internal required long ByteCount { get; init; }

    /// <summary>Whether it runs by the operators' reference evaluation.</summary>
    internal required bool IsReference { get; init; }

    /// <summary>What comes out, for people.</summary>
    internal required string Result { get; init; }

    internal string Operators => Nodes.Count == 0 ? "" : string.Join("+", Nodes.Select(n => n.Operator.ToString()));
}
