using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>x * <c>Sigmoid</c>(x) → <c>Swish</c>. Within the rounding of one multiplication.</summary>
internal sealed class FormSwish : RewriteRule
{
    public override string Name => "form Swish";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("Mul") || node.Output.DataType != DataType.Float32)
            return null;
        foreach ((Value x, Value gate) in Matching.BothOrders(node))
        {
            if (Matching.Producer(gate, "Sigmoid") is not { } sigmoid || sigmoid.Inputs[0] != x)
                continue;
            GraphPatch patch = new(graph, Name);
            patch.Replace(node.Output, patch.Node("Swish", [x], null, node.Name));
            return patch;
        }

        return null;
    }
}
