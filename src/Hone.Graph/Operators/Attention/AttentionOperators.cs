namespace Hone.Operators.Attention;

/// <summary>Attention over queries, keys and values, and position embeddings.</summary>
internal static class AttentionOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new Attention(),
        new RotaryEmbedding(),
    ];
}
