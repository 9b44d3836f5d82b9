using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Runtime.Passes;

/// <summary>
/// ONNX Runtime's <c>DynamicQuantizeMatMul</c> ⇒ <c>DynamicQuantizeLinear</c> → <c>MatMulIntegerToFloat</c>. Bit-exact. Products of the same left operand
/// share its codes.
/// </summary>
internal sealed class SplitDynamicQuantizeMatMul : RewriteRule
{
    private const string Microsoft = "com.microsoft";

    public override string Name => "split products that quantize their operand";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (node.Operator.Domain != Microsoft || node.Operator.Name != "DynamicQuantizeMatMul")
            return null;
        GraphPatch patch = new(graph, Name);
        Value left = node.Inputs[0]!;
        Node quantize = left.Consumers.FirstOrDefault(c => c.Is("DynamicQuantizeLinear") && IsComplete(c) && graph.FindValue(c.Outputs[0]!.Name) == c.Outputs[0])
            ?? patch.Node("DynamicQuantizeLinear", [left], 3, name: $"{left.Name}_quantized");
        Value product = patch.Node(
            "MatMulIntegerToFloat",
            [quantize.Outputs[0], node.Inputs[1], quantize.Outputs[1], node.Inputs[2], quantize.Outputs[2], node.Input(3), node.Input(4)],
            name: node.Name, domain: Microsoft);
        patch.Replace(node.Output, product);
        return patch;
    }

    private static bool IsComplete(Node quantize) => quantize.Outputs.Count == 3 && !quantize.Outputs.Contains(null);
}
