namespace Hone.Quantization.Observers;

/// <summary>What an observer has seen, to be saved and taken up again.</summary>
public sealed record ObserverState
{
    /// <value>Nothing was seen.</value>
    public static ObserverState Empty { get; } = new();

    /// <value>Number of batches seen.</value>
    public long BatchCount { get; init; }

    /// <value>Smallest and largest element of each channel; none when nothing was seen.</value>
    public IReadOnlyList<ObservedRange> Ranges { get; init; } = [];

    /// <value>Elements in each bin of equal width over the range; null for observers without a histogram.</value>
    public IReadOnlyList<float>? Bins { get; init; }

    /// <value>Whether the numbers can be those of an observer: they may come from a file.</value>
    internal bool IsValid =>
        BatchCount > 0 && Ranges is { Count: > 0 }
        && Ranges.All(r => float.IsFinite(r.Minimum) && float.IsFinite(r.Maximum) && !r.IsEmpty)
        && (Bins is null || Bins.All(b => b >= 0 && float.IsFinite(b)));
}
