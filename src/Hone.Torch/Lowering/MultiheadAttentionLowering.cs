using Hone.Graphs;
using Hone.Tensors;
using Hone.Torch.Capture;

namespace Hone.Torch.Lowering;

/// <summary>Multi-head attention of <c>[length, batch, features]</c>, as TorchSharp's modules compute it.</summary>
internal static class MultiheadAttentionLowering
{
    /// <summary>The module itself.</summary>
    public static void Module(LoweringContext c)
    {
        TransformerSettings settings = TransformerProbe.Find(c.Module!); // lowered for modules
        bool needsWeights = c.Argument(4) is not false;
        AttentionMasks masks = new(Mask(c, 5), Mask(c, 3));
        Value[] inputs = [c.Tensor(0), c.Tensor(1), c.Tensor(2)];
        (Value output, Value weights) = Write(c, "", settings.Heads, inputs, c.Traced(0).Sizes, masks);
        c.Set(output);
        if (needsWeights)
            c.Set(c.Node("ReduceMean", [weights, c.Vector(1)], ("keepdims", 0L)), 1);
    }

    /// <summary>A mask argument, or null.</summary>
    public static TraceValue? Mask(LoweringContext c, int index) => c.Argument(index) as TraceValue;

    /// <summary>Writes one attention.</summary>
    /// <param name="c">Of the module that owns the parameters.</param>
    /// <param name="prefix">Of the parameters' names.</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="inputs">Query, key and value.</param>
    /// <param name="sizes">Shape of the query.</param>
    /// <param name="masks">What is masked.</param>
    /// <returns>The output, and the weights <c>[batch, heads, target, source]</c>.</returns>
    public static (Value Output, Value Weights) Write(
        LoweringContext c, string prefix, long heads, Value[] inputs, SizeExpression[] sizes, AttentionMasks masks)
    {
        if (sizes.Length != 3)
            throw LoweringContext.Unsupported("an input without a batch axis");
        long features = sizes[2].Offset;
        DataType type = inputs[0].DataType;
        Value[] projected = Project(c, prefix, inputs);
        Value[] split = Array.ConvertAll(projected, x => c.Node("Reshape", [x, c.Vector(0, 0, heads, features / heads)]));
        Value query = c.Node("Mul", [c.Node("Transpose", [split[0]], ("perm", (long[])[1, 2, 0, 3])), c.Scalar(1 / Math.Sqrt(features / heads), type)]);
        Value key = c.Node("Transpose", [split[1]], ("perm", (long[])[1, 2, 3, 0]));
        Value value = c.Node("Transpose", [split[2]], ("perm", (long[])[1, 2, 0, 3]));
        Value scores = c.Node("MatMul", [query, key]);
        if (masks.Attention is { } mask)
            scores = c.Node("Add", [scores, c.Cast(c.ValueOf(mask), type)]); // libtorch adds truth values as numbers too
        if (masks.KeyPadding is { } padding)
            scores = c.Node("Where", [c.Node("Unsqueeze", [c.ValueOf(padding), c.Vector(1, 2)]), c.Scalar(double.NegativeInfinity, type), scores]);
        Value weights = c.Node("Softmax", [scores], ("axis", -1L));
        Value mixed = c.Node("Transpose", [c.Node("MatMul", [weights, value])], ("perm", (long[])[2, 0, 1, 3]));
        Value joined = c.Node("Reshape", [mixed, c.Vector(0, 0, features)]);
        return (LinearAlgebraLowerings.Linear(c, joined, 3, c.State($"{prefix}out_proj.weight"), c.OptionalState($"{prefix}out_proj.bias")), weights);
    }

    private static Value[] Project(LoweringContext c, string prefix, Value[] inputs)
    {
        IReadOnlyList<Value?> weights = c.OptionalState($"{prefix}in_proj_weight") is { } packed
            ? Thirds(c, packed)
            : [c.State($"{prefix}q_proj_weight"), c.State($"{prefix}k_proj_weight"), c.State($"{prefix}v_proj_weight")];
        IReadOnlyList<Value?> biases = c.OptionalState($"{prefix}in_proj_bias") is { } bias ? Thirds(c, bias) : new Value?[3];
        return [.. inputs.Select((x, i) => LinearAlgebraLowerings.Linear(c, x, 3, weights[i]!, biases[i]))]; // there are three weights
    }

    private static IReadOnlyList<Value?> Thirds(LoweringContext c, Value packed) => c.Nodes("Split", [packed], 3, ("axis", 0L), ("num_outputs", 3L));
}
