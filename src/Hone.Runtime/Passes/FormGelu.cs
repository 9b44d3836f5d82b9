using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>x * (1 + <c>Erf</c>(x / √2)) * 1/2 with the factors in any order → <c>Gelu</c>. Within the rounding of the operations.</summary>
internal sealed class FormGelu : RewriteRule
{
    private const int MostFactors = 3;

    public override string Name => "form Gelu";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("Mul") || node.Output.DataType != DataType.Float32)
            return null;
        List<Value> factors = [];
        CollectFactors(node, factors, depth: 0);
        if (factors.Count != MostFactors || factors.FirstOrDefault(f => Matching.Is(f, 0.5)) is not { } half || factors.FirstOrDefault(f => Argument(f) is not null) is not { } gate)
            return null;
        Value x = Argument(gate)!;
        if (factors.Single(f => f != half && f != gate) != x)
            return null;
        GraphPatch patch = new(graph, Name);
        patch.Replace(node.Output, patch.Node("Gelu", [x], null, node.Name));
        return patch;
    }

    private static void CollectFactors(Node node, List<Value> factors, int depth)
    {
        foreach (Value input in node.Inputs.OfType<Value>())
        {
            if (depth < MostFactors - 1 && Matching.Producer(input, "Mul") is { } inner)
                CollectFactors(inner, factors, depth + 1);
            else
                factors.Add(input);
        }
    }

    /// <summary>x of 1 + Erf(x / √2), or null.</summary>
    private static Value? Argument(Value value)
    {
        if (Matching.Producer(value, "Add") is not { } add)
            return null;
        Node? erf = Matching.BothOrders(add).Where(p => Matching.ScalarOf(p.Second) == 1).Select(p => Matching.Producer(p.First, "Erf")).FirstOrDefault();
        return erf?.Inputs[0]?.Producer switch
        {
            { } div when div.Is("Div") && Matching.Is(div.Inputs[1], Math.Sqrt(2)) => div.Inputs[0],
            { } mul when mul.Is("Mul") => Matching.BothOrders(mul).Where(p => Matching.Is(p.Second, Math.Sqrt(0.5))).Select(p => p.First).FirstOrDefault(),
            _ => null,
        };
    }
}
