using Hone.Evaluation;
using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Runtime.Passes;

/// <summary><c>QuantizeLinear</c> of constants → the codes. Bit-exact. What is left of weights is their codes and <c>DequantizeLinear</c>.</summary>
internal sealed class FoldWeightQuantization : RewriteRule
{
    public override string Name => "fold the quantization of weights";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("QuantizeLinear") || graph.IsOutput(node.Output) || !node.Inputs.All(i => i is null || i.IsConstant))
            return null;
        EvaluationScope scope = new();
        GraphEvaluation.EvaluateNode(node, scope);
        GraphPatch patch = new(graph, Name);
        patch.Replace(node.Output, patch.Constant(node.Output.Name, scope.Find(node.Output)!));
        return patch;
    }
}
