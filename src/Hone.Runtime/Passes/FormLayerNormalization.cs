using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>
/// (x - mean) / sqrt(mean((x - mean)²) + epsilon) over the last axis, perhaps * gain and + bias → <c>LayerNormalization</c>; the same without the mean →
/// <c>RMSNormalization</c>. Within the rounding of the operations. Gain and bias are constants [C].
/// </summary>
internal sealed class FormLayerNormalization : RewriteRule
{
    public override string Name => "form normalization";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (node.Output is not { DataType: DataType.Float32, Shape: { Rank: > 0 } shape } || !shape[-1].IsFixed || Quotient(node) is not { } quotient)
            return null;
        (Value numerator, Node root) = quotient;
        if (Normalization(numerator, root) is not { } found || found.Input.Shape is not { } inputShape || !inputShape.Equals(shape))
            return null;
        long length = shape[-1].Value;
        (Node last, Value? gain) = Following(graph, node, "Mul", length);
        (last, Value? bias) = found.IsCentered ? Following(graph, last, "Add", length) : (last, null);
        GraphPatch patch = new(graph, Name);
        AttributeMap attributes = AttributeMap.Of(("axis", -1L), ("epsilon", found.Epsilon));
        gain ??= Ones(patch, length);
        Value[] inputs = bias is null ? [found.Input, gain] : [found.Input, gain, bias];
        patch.Replace(last.Output, patch.Node(found.IsCentered ? "LayerNormalization" : "RMSNormalization", inputs, attributes, last.Name));
        return patch;
    }

    private static Value Ones(GraphPatch patch, long length)
    {
        float[] ones = new float[length];
        Array.Fill(ones, 1);
        return patch.Constant("gain", Tensor.Create(ones, length));
    }

    /// <summary>The next node where it is the only reader and joins a constant per element of the last axis.</summary>
    private static (Node Last, Value? Constant) Following(Graph graph, Node node, string operatorName, long length)
    {
        Value value = node.Output;
        if (graph.UseCount(value) != 1 || value.Consumers is not [{ } next] || !next.Is(operatorName) || graph.FindValue(next.Output.Name) != next.Output)
            return (node, null);
        return Matching.Other(next, value) is { Constant: { DataType: DataType.Float32, Shape.Rank: 1 } tensor } constant && tensor.ElementCount == length ? (next, constant) : (node, null);
    }

    /// <summary>Numerator and square root of a / Sqrt(b) or a * Reciprocal(Sqrt(b)).</summary>
    private static (Value Numerator, Node Root)? Quotient(Node node)
    {
        if (node.Is("Div"))
            return Matching.Producer(node.Inputs[1], "Sqrt") is { } root ? (node.Inputs[0]!, root) : null;
        foreach ((Value numerator, Value factor) in node.Is("Mul") ? Matching.BothOrders(node) : [])
        {
            Value? divisor = factor.Producer switch
            {
                { } reciprocal when reciprocal.Is("Reciprocal") => reciprocal.Inputs[0],
                { } div when div.Is("Div") && Matching.ScalarOf(div.Inputs[0]) == 1 => div.Inputs[1],
                _ => null,
            };
            if (Matching.Producer(divisor, "Sqrt") is { } root)
                return (numerator, root);
        }

        return null;
    }

    private static (Value Input, float Epsilon, bool IsCentered)? Normalization(Value numerator, Node root)
    {
        if (Matching.Producer(root.Inputs[0], "Add") is not { } add)
            return null;
        foreach ((Value variance, Value epsilon) in Matching.BothOrders(add))
        {
            if (float.IsNaN(Matching.ScalarOf(epsilon)) || MeanOfLastAxis(variance) is not { } square || SquareRoot(square) is not { } squared)
                continue;
            if (Centered(numerator) is { } x && (squared == numerator || Centered(squared) == x))
                return (x, Matching.ScalarOf(epsilon), true);
            if (squared == numerator)
                return (numerator, Matching.ScalarOf(epsilon), false);
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
