using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>
/// (x - mean) / sqrt(mean((x - mean)²) + epsilon) * gain + bias over the last axis → <c>LayerNormalization</c>. Within the rounding of the operations.
/// Starts at the addition of the bias; gain and bias are constants [C].
/// </summary>
internal sealed class FormLayerNormalization : RewriteRule
{
    public override string Name => "form LayerNormalization";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("Add") || node.Output.DataType != DataType.Float32)
            return null;
        foreach ((Value scaled, Value bias) in Matching.BothOrders(node))
        {
            if (Matching.Producer(scaled, "Mul") is not { } mul || bias.Constant is not { Shape.Rank: 1 })
                continue;
            foreach ((Value normalized, Value gain) in Matching.BothOrders(mul))
            {
                if (gain.Constant is not { Shape.Rank: 1 } || Normalization(normalized) is not { } found || !HaveLength(found.Input, gain, bias))
                    continue;
                GraphPatch patch = new(graph, Name);
                AttributeMap attributes = AttributeMap.Of(("axis", -1L), ("epsilon", found.Epsilon));
                patch.Replace(node.Output, patch.Node("LayerNormalization", [found.Input, gain, bias], attributes, node.Name));
                return patch;
            }
        }

        return null;
    }

    private static bool HaveLength(Value x, Value gain, Value bias) =>
        x.Shape is { Rank: > 0 } shape && shape[-1].IsFixed && gain.Constant!.ElementCount == shape[-1].Value && bias.Constant!.ElementCount == shape[-1].Value;

    private static (Value Input, float Epsilon)? Normalization(Value value)
    {
        if (Matching.Producer(value, "Div") is not { } div || Centered(div.Inputs[0]) is not { } x || Matching.Producer(div.Inputs[1], "Sqrt") is not { } sqrt)
            return null;
        if (Matching.Producer(sqrt.Inputs[0], "Add") is not { } add)
            return null;
        foreach ((Value variance, Value epsilon) in Matching.BothOrders(add))
        {
            if (!float.IsNaN(Matching.ScalarOf(epsilon)) && MeanOfLastAxis(variance) is { } square && SquareRoot(square) is { } centered && Centered(centered) == x)
                return (x, Matching.ScalarOf(epsilon));
        }

        return null;
    }

    /// <summary>x of x - mean(x), or null.</summary>
    private static Value? Centered(Value? value) =>
        Matching.Producer(value, "Sub") is { } sub && MeanOfLastAxis(sub.Inputs[1]) == sub.Inputs[0] ? sub.Inputs[0] : null;

    private static Value? SquareRoot(Value value) => value.Producer switch
    {
        { } pow when pow.Is("Pow") && Matching.ScalarOf(pow.Inputs[1]) == 2 => pow.Inputs[0],
        { } mul when mul.Is("Mul") && mul.Inputs[0] == mul.Inputs[1] => mul.Inputs[0],
        _ => null,
    };

    private static Value? MeanOfLastAxis(Value? value)
    {
        if (Matching.Producer(value, "ReduceMean") is not { } mean || !mean.Attributes.GetBool("keepdims", true) || mean.Input(1)?.Constant is not { ElementCount: 1 } axes)
            return null;
        long axis = axes.ToInt64Array()[0];
        return axis == -1 || axis == mean.Inputs[0]!.Shape?.Rank - 1 ? mean.Inputs[0] : null;
    }
}
