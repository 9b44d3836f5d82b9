using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Attention;

/// <summary>Rotates pairs of elements of each head by an angle that depends on the position.</summary>
/// <remarks>
/// ONNX operator <c>RotaryEmbedding</c>, opset 23. Inputs X <c>[B, H, S, D]</c> or <c>[B, S, H · D]</c>, cos_cache and sin_cache <c>[positions, R / 2]</c> with
/// optional position_ids int64 <c>[B, S]</c>, or <c>[B, S, R / 2]</c> without; output as X. Attributes <c>interleaved</c> (0: element i turns with
/// i + R / 2; 1: neighbours turn), <c>num_heads</c> (for three axes), <c>rotary_embedding_dim</c> R (0: D); elements beyond R stay. Computes in float64.
/// </remarks>
internal sealed class RotaryEmbedding : Operator
{
    public override string Name => "RotaryEmbedding";

    public override int SinceVersion => 23;

    public override (int Minimum, int Maximum) InputCount => (3, 4);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        for (int input = 0; input < 3; input++)
            node.RequireFloat($"input {input}", context.DataType(input));
        node.RequireType("position_ids", context.DataType(3), DataType.Int64);
        Check(node, context.Shape(0), context.Shape(1), context.Shape(2), context.Shape(3));
        context.SetOutput(0, context.DataType(0), context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor x, Tensor cosine, Tensor sine, Tensor? ids) =
            (context.Node, context.Input(0), context.Input(1), context.Input(2), context.OptionalInput(3));
        Check(node, new(x.Shape), new(cosine.Shape), new(sine.Shape), ids is null ? null : new SymbolicShape(ids.Shape));
        int heads = checked((int)(x.Shape.Rank == 4 ? x.Shape[1] : node.Attributes.RequireInt("num_heads")));
        long[] positions = ids?.AsSpan<long>().ToArray() ?? [.. Enumerable.Range(0, checked((int)(x.Shape[0] * x.Shape[-2]))).Select(token => (long)token)];
        context.SetOutput(0, HeadRotation.Rotate(node, x, heads, cosine, sine, positions));
    }

    private static void Check(Node node, SymbolicShape? x, SymbolicShape? cosine, SymbolicShape? sine, SymbolicShape? ids)
    {
        node.RequireRank("X", x, 3, 4);
        if (x is null)
            return;
        Dimension size = x[-1];
        if (x.Rank == 3)
        {
            long heads = node.Attributes.RequireInt("num_heads");
            if (heads < 1 || (size.IsFixed && size.Value % heads != 0))
                throw node.Error($"num_heads is {heads}, which does not divide the last axis of {x}.");
            size /= heads;
        }

        Dimension half = size.IsFixed ? RotatedSize(node, size.Value) / 2 : Dimension.Unknown;
        SymbolicShape expected = node.Input(3) is null ? new(x[0], x[-2], half) : new(Dimension.Unknown, half);
        node.RequireShape("cos_cache", cosine, expected.Dimensions);
        node.RequireShape("sin_cache", sine, expected.Dimensions);
        if (cosine is not null)
            node.RequireShape("sin_cache", sine, cosine.Dimensions);
        node.RequireShape("position_ids", ids, x[0], x[-2]);
    }

    private static long RotatedSize(Node node, long headSize)
    {
        long size = node.Attributes.GetInt("rotary_embedding_dim", 0);
        if (size == 0)
            size = headSize;
        return size >= 0 && size <= headSize && size % 2 == 0 ? size : throw node.Error($"{size} of {headSize} elements of a head cannot be rotated in pairs.");
    }
}
