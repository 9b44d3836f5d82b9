using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>
/// <c>DequantizeLinear</c> → an operator that only moves or selects elements ⇒ the operator on codes → <c>DequantizeLinear</c>. Bit-exact: one scale and
/// zero point hold for all elements, and the order of codes is that of their numbers. Moved far enough, it meets a <c>QuantizeLinear</c>.
/// </summary>
internal sealed class SinkDequantization : RewriteRule
{
    private static readonly HashSet<string> s_movements =
    [
        "DepthToSpace", "Expand", "Flatten", "Gather", "Identity", "MaxPool", "Reshape", "Slice", "SpaceToDepth", "Squeeze", "Tile", "Transpose", "Unsqueeze",
    ];

    public override string Name => "move dequantization behind movements";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (node.Is("Concat"))
            return RewriteConcat(graph, node);
        if (node.Operator.Domain.Length > 0 || !s_movements.Contains(node.Operator.Name) || node.Outputs.Skip(1).Any(o => o is not null))
            return null;
        if (Source(node.Inputs[0]) is not { } dequantize || node.Inputs.Skip(1).Contains(node.Inputs[0]))
            return null;
        GraphPatch patch = new(graph, Name);
        Value?[] inputs = [dequantize.Inputs[0], .. node.Inputs.Skip(1)];
        Value moved = patch.Node(node.Operator.Name, inputs, node.Outputs.Count, node.Attributes, node.Name).Output;
        patch.Replace(node.Output, Dequantize(patch, dequantize, moved));
        return patch;
    }

    private GraphPatch? RewriteConcat(Graph graph, Node node)
    {
        Node?[] sources = [.. node.Inputs.Select(Source)];
        if (sources.Length == 0 || sources[0] is not { } first || !sources.All(s => s is not null && HaveSameParameters(s, first)))
            return null;
        GraphPatch patch = new(graph, Name);
        Value joined = patch.Node("Concat", [.. sources.Select(s => s!.Inputs[0])], node.Attributes, node.Name);
        patch.Replace(node.Output, Dequantize(patch, first, joined));
        return patch;
    }

    private static Value Dequantize(GraphPatch patch, Node like, Value codes) =>
        patch.Node("DequantizeLinear", [codes, like.Inputs[1], like.Input(2)], null, like.Name);

    /// <summary>The node that dequantizes run-time 8-bit codes to the value, by one positive scale.</summary>
    private static Node? Source(Value? value) =>
        Matching.Producer(value, "DequantizeLinear") is { } node && node.Inputs[0] is { IsConstant: false, DataType: DataType.UInt8 or DataType.Int8 }
            && value!.DataType == DataType.Float32 && Matching.TensorParameters(node) is { Scale: > 0 } ? node : null;

    private static bool HaveSameParameters(Node a, Node b) =>
        a.Inputs[0]!.DataType == b.Inputs[0]!.DataType && Matching.TensorParameters(a) == Matching.TensorParameters(b);
}
