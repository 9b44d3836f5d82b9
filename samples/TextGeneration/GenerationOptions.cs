using Hone.Generation.Sampling;

namespace TextGeneration;

/// <summary>What the command line asks for.</summary>
internal sealed record GenerationOptions
{
    public required string Model { get; init; }

    public required string Vocabulary { get; init; }

    public required string Prompt { get; init; }

    public int Tokens { get; init; }

    public required SamplingOptions Sampling { get; init; }

    public WeightFormat Weights { get; init; }

    public int Threads { get; init; }

    public string? PerplexityText { get; init; }

    public bool ShowsPlan { get; init; }
}
