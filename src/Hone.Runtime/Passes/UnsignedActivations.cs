using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>
/// s8 codes between <c>QuantizeLinear</c> and <c>DequantizeLinear</c> → u8 codes with a zero point that is 128 larger: the form that 8-bit dot products
/// take. Bit-exact: every code moves by 128. Only where all readers dequantize, and the codes are no output.
/// </summary>
internal sealed class UnsignedActivations : RewriteRule
{
    public override string Name => "make 8-bit activations unsigned";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("QuantizeLinear") || node.Output.DataType != DataType.Int8 || node.Inputs[0]!.IsConstant || Matching.TensorParameters(node) is not { } parameters)
            return null;
        Value codes = node.Output;
        bool onlyDequantized = !graph.IsOutput(codes) && codes.Consumers.All(
            c => c.Is("DequantizeLinear") && c.Input(0) == codes && Matching.TensorParameters(c) is not null && graph.Nodes.Contains(c));
        if (!onlyDequantized)
            return null;
        GraphPatch patch = new(graph, Name);
        Value unsigned = patch.Node("QuantizeLinear", [node.Inputs[0], node.Inputs[1], ZeroPoint(patch, parameters.ZeroPoint)], null, node.Name);
        foreach (Node reader in codes.Consumers.Distinct())
        {
            Value zeroPoint = ZeroPoint(patch, Matching.TensorParameters(reader)!.Value.ZeroPoint);
            patch.Replace(reader.Output, patch.Node("DequantizeLinear", [unsigned, reader.Inputs[1], zeroPoint], null, reader.Name));
        }

        return patch;
    }

    private static Value ZeroPoint(GraphPatch patch, long signed) => patch.Constant("zero_point", Tensor.Scalar((byte)(signed + 128)));
}
