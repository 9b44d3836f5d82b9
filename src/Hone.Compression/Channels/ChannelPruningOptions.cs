namespace Hone.Compression.Channels;

/// <summary>Which channels are removed.</summary>
public sealed record ChannelPruningOptions
{
    /// <value>Fraction of the channels to remove of each group, in [0, 1). Default 0.5.</value>
    public double Ratio { get; init; } = 0.5;

    /// <value>Another ratio for some groups, or null: for example 0 for those that are to stay.</value>
    public Func<ChannelGroup, double>? RatioOf { get; init; }

    /// <value>What makes a channel important. Default <see cref="ChannelImportance.L1"/>.</value>
    public ChannelImportance Importance { get; init; } = ChannelImportance.L1;

    /// <value>So many channels stay in each group at least. Default 1.</value>
    public int MinimumChannels { get; init; } = 1;

    /// <value>The number of channels that stay is rounded up to a multiple of this; kernels like multiples of 8 or 16. Default 1.</value>
    public int ChannelMultiple { get; init; } = 1;

    internal void Validate()
    {
        CheckRatio(Ratio);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ChannelMultiple, 1);
    }

    internal static double CheckRatio(double ratio) =>
        ratio is >= 0 and < 1 ? ratio : throw new ArgumentOutOfRangeException(nameof(ratio), ratio, "A ratio of channels to remove lies in [0, 1).");
}
