using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>
/// x * (1 + <c>Erf</c>(x / √2)) * 1/2 → <c>Gelu</c>, x * (1 + <c>Tanh</c>(√(2/π) * (x + 0.044715 * x³))) * 1/2 → its approximation, with all factors in any
/// order. Within the rounding of the operations.
/// </summary>
internal sealed class FormGelu : RewriteRule
{
    private const int MostFactors = 3;
    private const double Cubed = 0.044715;

    /// <summary>Exporters round the numbers.</summary>
    private const double Tolerance = 1e-4;

    public override string Name => "form Gelu";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("Mul") || node.Output.DataType != DataType.Float32)
            return null;
        List<Value> factors = [];
        CollectFactors(node, factors, depth: 0);
        if (factors.Count != MostFactors || factors.FirstOrDefault(f => Matching.Is(f, 0.5)) is not { } half)
            return null;
        foreach (Value gate in factors.Where(f => f != half))
        {
            if (factors.SingleOrDefault(f => f != half && f != gate) is not { } x)
                continue;
            bool isTanh = IsTanhGate(gate, x);
            if (!isTanh && Argument(gate) != x)
                continue;
            GraphPatch patch = new(graph, Name);
            patch.Replace(node.Output, patch.Node("Gelu", [x], isTanh ? AttributeMap.Of(("approximate", "tanh")) : null, node.Name));
            return patch;
        }

        return null;
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

    /// <summary>Whether a value is 1 + Tanh(√(2/π) * (x + 0.044715 * x³)).</summary>
    private static bool IsTanhGate(Value gate, Value x)
    {
        if (Matching.Producer(gate, "Add") is not { } sum)
            return false;
        Node? tanh = Matching.BothOrders(sum).Where(p => Matching.ScalarOf(p.Second) == 1).Select(p => Matching.Producer(p.First, "Tanh")).FirstOrDefault();
        if (tanh?.Inputs[0] is not { } argument || Monomial.Of(argument, x) is not { } outer || Matching.Producer(outer.Rest, "Add") is not { } terms)
            return false;
        return Matching.BothOrders(terms).Any(t => IsTerm(t.First, 1, 1) && IsTerm(t.Second, 3, Cubed));

        bool IsTerm(Value term, int power, double factor) =>
            Monomial.Of(term, x) is { Rest: null } inner && outer.Power + inner.Power == power
            && Math.Abs(outer.Coefficient * inner.Coefficient / (Math.Sqrt(2 / Math.PI) * factor) - 1) <= Tolerance;
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
