using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Torch.Lowering;

/// <summary>Scaled dot-product attention.</summary>
internal static class AttentionLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("scaled_dot_product_attention", ScaledDotProduct),
    ];

    private static void ScaledDotProduct(LoweringContext c)
    {
        DataType type = c.ResultType();
        if (c.Double("p", 0) != 0)
            throw LoweringContext.Unsupported("dropout of attention weights, which is random at inference");
        int rank = c.Rank(0);
        Value scale = c.Scalar(1 / Math.Sqrt(c.FixedSize(0, rank - 1)), type);
        Value scores = c.Node("MatMul", [c.Node("Mul", [c.Tensor(0), scale]), LinearAlgebraLowerings.SwapLastAxes(c, c.Tensor(1), c.Rank(1))]);
        if (c.Bool("is_casual") || c.Bool("is_causal"))
            scores = MaskFuture(c, scores, type);
        if (c.OptionalTensor("attn_mask") is { } mask)
            scores = ApplyMask(c, scores, mask, type);
        c.Set(c.Node("MatMul", [c.Node("Softmax", [scores], ("axis", -1L)), c.Tensor(2)]));
    }

    /// <summary>Adds a mask of numbers; a truth value tells what may be attended to.</summary>
    private static Value ApplyMask(LoweringContext c, Value scores, Value mask, DataType type) =>
        mask.DataType == DataType.Bool
            ? c.Node("Where", [mask, scores, c.Scalar(double.NegativeInfinity, type)])
            : c.Node("Add", [scores, mask]);

    private static Value MaskFuture(LoweringContext c, Value scores, DataType type)
    {
        Value shape = c.SizeVector([c.Traced(0).Sizes[^2], c.Traced(1).Sizes[^2]]);
        Value blocked = c.Node("Expand", [c.Scalar(double.NegativeInfinity, type), shape]);
        Value above = c.Node("Trilu", [blocked, c.Constant(Tensor.Scalar(1L))], ("upper", true));
        return c.Node("Add", [scores, above]);
    }
}
