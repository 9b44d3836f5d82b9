using Hone.Graphs;
using Hone.Operators.Attention;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>Rotates pairs of elements of each head by an angle that depends on the position.</summary>
/// <remarks>
/// ONNX Runtime operator <c>com.microsoft.RotaryEmbedding</c>, version 1. Inputs input <c>[B, H, S, D]</c> or <c>[B, S, H · D]</c>, position_ids int64 <c>[1]</c>, the
/// position of the first token, or <c>[B, S]</c>, cos_cache and sin_cache <c>[positions, R / 2]</c>; output as input. Attributes as the standard operator of
/// the name; <c>num_heads</c> may be left out where the caches have D / 2 columns; <c>scale</c> other than 1 and <c>is_packed_batching</c> are not supported.
/// Computes in float64.
/// </remarks>
internal sealed class RotaryEmbedding : MicrosoftOperator
{
    public override string Name => "RotaryEmbedding";

    public override (int Minimum, int Maximum) InputCount => (4, 4);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        foreach (int input in new[] { 0, 2, 3 })
            node.RequireFloat($"input {input}", context.DataType(input));
        node.RequireType("position_ids", context.DataType(1), DataType.Int64);
        Check(node, context.Shape(0), context.Shape(1), context.Shape(2), context.Shape(3));
        context.SetOutput(0, context.DataType(0), context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor x, Tensor ids, Tensor cosine, Tensor sine) = (context.Node, context.Input(0), context.Input(1), context.Input(2), context.Input(3));
        Check(node, new(x.Shape), new(ids.Shape), new(cosine.Shape), new(sine.Shape));
        int half = (int)cosine.Shape[-1];
        long given = node.Attributes.GetInt("num_heads", 0);
        int heads = checked((int)(x.Shape.Rank == 4 ? x.Shape[1] : given > 0 ? given : x.Shape[-1] / (2 * half)));
        int length = checked((int)x.Shape[-2]);
        ReadOnlySpan<long> offsets = ids.AsSpan<long>();
        long[] positions = new long[x.Shape[0] * length];
        for (int token = 0; token < positions.Length; token++)
            positions[token] = ids.Shape.Rank == 1 ? offsets[0] + (token % length) : offsets[token];
        context.SetOutput(0, HeadRotation.Rotate(node, x, heads, cosine, sine, positions));
    }

    private static void Check(Node node, SymbolicShape? x, SymbolicShape? ids, SymbolicShape? cosine, SymbolicShape? sine)
    {
        if (node.Attributes.GetFloat("scale", 1) != 1 || node.Attributes.GetBool("is_packed_batching"))
            throw node.Error("scale other than 1 and is_packed_batching are not supported.");
        node.RequireRank("input", x, 3, 4);
        node.RequireRank("position_ids", ids, 1, 2);
        node.RequireRank("cos_cache", cosine, 2, 2);
        if (cosine is not null)
            node.RequireShape("sin_cache", sine, cosine.Dimensions);
        if (ids is { Rank: 1 })
            node.RequireShape("position_ids", ids, 1);
        else if (ids is not null && x is not null)
            node.RequireShape("position_ids", ids, x[0], x[-2]);
        if (x is null || cosine is null || !x[-1].IsFixed || !cosine[1].IsFixed)
            return;
        (long rotated, long heads) = (2 * cosine[1].Value, x.Rank == 4 ? 1 : node.Attributes.GetInt("num_heads", 0));
        long size = heads > 0 ? x[-1].Value / heads : rotated;
        long wanted = node.Attributes.GetInt("rotary_embedding_dim", 0);
        bool fits = heads >= 0 && rotated > 0 && x[-1].Value % size == 0 && (heads == 0 || x[-1].Value == size * heads) && rotated <= size && rotated == (wanted > 0 ? wanted : size);
        if (!fits)
            throw node.Error($"caches of {cosine[1].Value} columns do not fit heads of {size} in {x} with rotary_embedding_dim {wanted}.");
    }
}
