using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>
/// <c>DequantizeLinear</c> → <c>QuantizeLinear</c> of the same scale, zero point and type ⇒ nothing. Bit-exact: the product with the scale, divided by it,
/// rounds back to the code.
/// </summary>
internal sealed class RemoveRoundTrips : RewriteRule
{
    public override string Name => "remove quantization round trips";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("QuantizeLinear") || Matching.Producer(node.Inputs[0], "DequantizeLinear") is not { } dequantize)
            return null;
        Value codes = dequantize.Inputs[0]!;
        bool isSame = codes.DataType == node.Output.DataType && codes.DataType is DataType.UInt8 or DataType.Int8 && node.Inputs[0]!.DataType == DataType.Float32
            && Matching.TensorParameters(dequantize) is { Scale: > 0 } parameters && Matching.TensorParameters(node) == parameters;
        if (!isSame)
            return null;
        GraphPatch patch = new(graph, Name);
        patch.Replace(node.Output, codes);
        return patch;
    }
}
