namespace Hone.Generation.Sampling;

/// <summary>How the next token is chosen.</summary>
public sealed record SamplingOptions
{
    /// <value>Always the most likely token.</value>
    public static SamplingOptions Greedy { get; } = new() { Temperature = 0 };

    /// <value>Divides the scores before softmax, at least 0; 0 takes the most likely token. Default 1.</value>
    public float Temperature { get; init; } = 1;

    /// <value>Only the most likely tokens whose probabilities together reach this are drawn from (nucleus sampling), in (0, 1]. Default 0.9.</value>
    public float TopP { get; init; } = 0.9f;

    /// <value>Only so many of the most likely tokens are drawn from, at least 1; null for all. Default null.</value>
    public int? TopK { get; init; }

    /// <value>Same seed, same text; null for another one each time. Default null.</value>
    public int? Seed { get; init; }

    /// <exception cref="HoneException">A value is out of the range stated at its property.</exception>
    internal void Validate()
    {
        if (!(Temperature >= 0) || float.IsInfinity(Temperature))
            throw new HoneException($"SamplingOptions.Temperature is at least 0, got {Temperature}.");
        if (!(TopP > 0 && TopP <= 1))
            throw new HoneException($"SamplingOptions.TopP lies in (0, 1], got {TopP}.");
        if (TopK < 1)
            throw new HoneException($"SamplingOptions.TopK is at least 1, got {TopK}.");
    }
}
