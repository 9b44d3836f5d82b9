namespace Hone.Compression.LowRank;

/// <summary>How far layers are factorized. A layer is left alone where two smaller ones would not have fewer weights.</summary>
public sealed record LowRankOptions
{
    /// <value>Largest relative error of a weight, <c>‖W - LR‖ / ‖W‖</c> in the Frobenius norm, in [0, 1). Default 0.1. Without effect when
    /// <see cref="Rank"/> is given.</value>
    public double TargetError { get; init; } = 0.1;

    /// <value>The rank of every layer, at least 1, or null to take the least that keeps <see cref="TargetError"/>.</value>
    public int? Rank { get; init; }

    /// <value>Two factors must have at most this fraction of the weights, in (0, 1]. Default 0.9: two small layers cost more time than their weights
    /// tell.</value>
    public double LargestRatio { get; init; } = 0.9;

    internal void Validate()
    {
        if (TargetError is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(TargetError), TargetError, "A relative error lies in [0, 1).");
        if (Rank is { } rank)
            ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1, nameof(Rank));
        if (LargestRatio is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(LargestRatio), LargestRatio, "A ratio of weights lies in (0, 1].");
    }
}
