using Hone.Graphs;

namespace Hone.Runtime.Lowering;

/// <summary>Nodes that one operation computes together. Their meaning stays that of the nodes, one after another.</summary>
/// <remarks>Values between the nodes never exist in memory, unless the group runs by reference evaluation.</remarks>
internal sealed class NodeGroup
{
    /// <summary>Creates a group.</summary>
    /// <param name="anchor">The node that names the group.</param>
    /// <param name="nodes">All nodes in the order of the graph; nodes that only dequantize an input may belong to several groups.</param>
    /// <param name="ownNodes">The nodes that belong to this group alone.</param>
    /// <param name="position">Place in the graph of the last own node.</param>
    /// <param name="inputs">What is read from outside, constants excluded.</param>
    /// <param name="outputs">What others may read.</param>
    internal NodeGroup(Node anchor, IReadOnlyList<Node> nodes, IReadOnlyList<Node> ownNodes, int position, IReadOnlyList<Value> inputs, IReadOnlyList<Value> outputs)
    {
        Anchor = anchor;
        Nodes = nodes;
        OwnNodes = ownNodes;
        Position = position;
        Inputs = inputs;
        Outputs = outputs;
    }

    internal Node Anchor { get; }

    internal IReadOnlyList<Node> Nodes { get; }

    internal IReadOnlyList<Node> OwnNodes { get; }

    internal int Position { get; }

    internal IReadOnlyList<Value> Inputs { get; }

    internal IReadOnlyList<Value> Outputs { get; }
}
