using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>
/// x * <c>Clip</c>(x + 3, 0, 6) / 6 with the division anywhere, or x * <c>HardSigmoid</c>(x; 1/6, 1/2) → <c>HardSwish</c>. Within the rounding of
/// the operations.
/// </summary>
internal sealed class FormHardSwish : RewriteRule
{
    public override string Name => "form HardSwish";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (node.Output.DataType != DataType.Float32 || Source(node) is not { } x)
            return null;
        GraphPatch patch = new(graph, Name);
        patch.Replace(node.Output, patch.Node("HardSwish", [x], null, node.Name));
        return patch;
    }

    private static Value? Source(Node node)
    {
        if (DividedBySix(node) is { } whole && whole.Producer is { } product && product.Is("Mul"))
            return Matching.BothOrders(product).Where(p => ShiftedClip(p.Second) == p.First).Select(p => p.First).FirstOrDefault();
        return node.Is("Mul") ? Matching.BothOrders(node).Where(p => Gate(p.Second) == p.First).Select(p => p.First).FirstOrDefault() : null;
    }

    /// <summary>The value that gates itself: Clip(x + 3, 0, 6) / 6, or the same as HardSigmoid.</summary>
    private static Value? Gate(Value value)
    {
        if (value.Producer is not { } node)
            return null;
        if (node.Is("HardSigmoid"))
            return Math.Abs(node.Attributes.GetFloat("alpha", 0.2f) - (1 / 6f)) < 1e-5 && node.Attributes.GetFloat("beta", 0.5f) == 0.5f ? node.Inputs[0] : null;
        return DividedBySix(node) is { } clipped ? ShiftedClip(clipped) : null;
    }

    private static Value? DividedBySix(Node node)
    {
        if (node.Is("Div"))
            return Matching.Is(node.Inputs[1], 6) ? node.Inputs[0] : null;
        return node.Is("Mul") ? Matching.BothOrders(node).Where(p => Matching.Is(p.Second, 1 / 6.0)).Select(p => p.First).FirstOrDefault() : null;
    }

    private static Value? ShiftedClip(Value value)
    {
        if (Matching.Producer(value, "Clip") is not { } clip || Matching.ScalarOf(clip.Input(1)) != 0 || Matching.ScalarOf(clip.Input(2)) != 6)
            return null;
        return Matching.Producer(clip.Inputs[0], "Add") is { } add
            ? Matching.BothOrders(add).Where(p => Matching.ScalarOf(p.Second) == 3).Select(p => p.First).FirstOrDefault()
            : null;
    }
}
