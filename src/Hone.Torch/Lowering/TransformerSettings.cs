namespace Hone.Torch.Lowering;

/// <summary>What the parameters of attention and Transformer modules do not tell.</summary>
/// <param name="Heads">Number of attention heads.</param>
/// <param name="UsesGelu">Whether the feed-forward networks have GELU in place of ReLU.</param>
internal readonly record struct TransformerSettings(long Heads, bool UsesGelu);
