using Hone.Graphs;

namespace Hone.Operators.Attention;

/// <summary>The sizes of an attention node, from inputs with three axes (heads within the last one) or four.</summary>
/// <param name="Batch">Number of sequences.</param>
/// <param name="QueryHeads">Heads of the queries.</param>
/// <param name="KeyHeads">Heads of keys and values; a divisor of the query heads.</param>
/// <param name="Queries">Number of queries.</param>
/// <param name="NewKeys">Number of keys and values in K and V.</param>
/// <param name="PastKeys">Number of keys and values in past_key and past_value.</param>
/// <param name="HeadSize">Size of a query or key of one head.</param>
/// <param name="ValueSize">Size of a value of one head.</param>
/// <param name="HasHeadAxis">Whether Q, K and V have four axes.</param>
internal sealed record AttentionShapes(
    Dimension Batch,
    Dimension QueryHeads,
    Dimension KeyHeads,
    Dimension Queries,
    Dimension NewKeys,
    Dimension PastKeys,
    Dimension HeadSize,
    Dimension ValueSize,
    bool HasHeadAxis)
{
    /// <value>Keys that a query may see.</value>
    public Dimension Keys => NewKeys + PastKeys;

    /// <value>Y: as Q, with the values' size.</value>
    public SymbolicShape Output =>
        HasHeadAxis ? new(Batch, QueryHeads, Queries, ValueSize) : new(Batch, Queries, QueryHeads * ValueSize);

    /// <value>present_key.</value>
    public SymbolicShape PresentKey => new(Batch, KeyHeads, Keys, HeadSize);

    /// <value>present_value.</value>
    public SymbolicShape PresentValue => new(Batch, KeyHeads, Keys, ValueSize);

    /// <value>qk_matmul_output.</value>
    public SymbolicShape Scores => new(Batch, QueryHeads, Queries, Keys);

    /// <summary>Checks the inputs Q, K, V, attn_mask, past_key, past_value, nonpad_kv_seqlen; null when one of the first three is not known.</summary>
    public static AttentionShapes? Infer(Node node, SymbolicShape?[] inputs)
    {
        if (inputs[0] is not { } query || inputs[1] is not { } key || inputs[2] is not { } value)
            return null;
        node.RequireRank("Q", query, 3, 4);
        node.RequireRank("K", key, query.Rank, query.Rank);
        node.RequireRank("V", value, query.Rank, query.Rank);
        bool hasHeadAxis = query.Rank == 4;
        (Dimension queryHeads, Dimension headSize) = Heads(node, "q_num_heads", query);
        (Dimension keyHeads, Dimension keySize) = Heads(node, "kv_num_heads", key);
        (Dimension valueHeads, Dimension valueSize) = Heads(node, "kv_num_heads", value);
        SymbolicShape? past = inputs[4];
        AttentionShapes shapes = new(
            node.Same("the batches of Q and K", query[0], key[0]),
            queryHeads,
            node.Same("the heads of K and V", keyHeads, valueHeads),
            query[-2],
            node.Same("the lengths of K and V", key[-2], value[-2]),
            node.Input(4) is null ? 0 : past is null ? Dimension.Unknown : past[2],
            node.Same("the head sizes of Q and K", headSize, keySize),
            valueSize,
            hasHeadAxis);
        if (shapes.QueryHeads.IsFixed && shapes.KeyHeads.IsFixed && (shapes.KeyHeads.Value < 1 || shapes.QueryHeads.Value % shapes.KeyHeads.Value != 0))
            throw node.Error($"{shapes.QueryHeads} query heads do not divide into {shapes.KeyHeads} key heads.");
        node.Same("the batches of Q and V", shapes.Batch, value[0]);
        node.RequireShape("past_key", past, shapes.Batch, shapes.KeyHeads, shapes.PastKeys, shapes.HeadSize);
        node.RequireShape("past_value", inputs[5], shapes.Batch, shapes.KeyHeads, shapes.PastKeys, shapes.ValueSize);
        node.RequireShape("nonpad_kv_seqlen", inputs[6], shapes.Batch);
        CheckMask(node, shapes, inputs[3]);
        return shapes;
    }

    private static (Dimension Heads, Dimension Size) Heads(Node node, string attribute, SymbolicShape shape)
    {
        if (shape.Rank == 4)
            return (shape[1], shape[3]);
        long heads = node.Attributes.RequireInt(attribute);
        if (heads < 1 || (shape[2].IsFixed && shape[2].Value % heads != 0))
            throw node.Error($"{attribute} is {heads}, which does not divide the last axis of {shape}.");
        return (heads, shape[2] / heads);
    }

    /// <summary>The mask broadcasts to the scores; its last axis may be shorter.</summary>
    private static void CheckMask(Node node, AttentionShapes shapes, SymbolicShape? mask)
    {
        node.RequireRank("attn_mask", mask, 2, 4);
        for (int fromEnd = 1; fromEnd <= (mask?.Rank ?? 0); fromEnd++)
        {
            (Dimension given, Dimension wanted) = (mask![-fromEnd], shapes.Scores[-fromEnd]);
            if (!given.IsFixed || !wanted.IsFixed || given == wanted || given == 1)
                continue;
            if (fromEnd > 1 || given.Value > wanted.Value)
                throw node.Error($"attn_mask {mask} does not broadcast to {shapes.Scores}.");
        }
    }
}
