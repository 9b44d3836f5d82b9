namespace Hone.Report.Measurements;

/// <summary>The variants of one model beside each other, and where and on what they were measured.</summary>
public sealed record ModelReport
{
    /// <value>Headline.</value>
    public required string Title { get; init; }

    /// <value>When the measurements ended.</value>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <value>Where they were made.</value>
    public required MachineDescription Machine { get; init; }

    /// <value>The variants, in the order in which they are shown.</value>
    public required IReadOnlyList<VariantMeasurement> Variants { get; init; }

    /// <value>Name of the variant from which drops of accuracy and ratios of size count: the float model.</value>
    public required string Baseline { get; init; }

    /// <value>Names of the variants over which speed-ups are shown. Default: none besides the baseline.</value>
    public IReadOnlyList<string> SpeedReferences { get; init; } = [];

    /// <value>What a reader needs to make the same measurement: data, seed, epochs, threads.</value>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <value>What the classification of some images rests on, before and after compression. Default: none.</value>
    public IReadOnlyList<AttributionExample> Attributions { get; init; } = [];

    /// <value>Sentences that qualify the numbers.</value>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <value>The batch sizes that were measured, ascending.</value>
    public IReadOnlyList<int> BatchSizes() => [.. Variants.SelectMany(v => v.Latencies).Select(l => l.BatchSize).Distinct().Order()];

    /// <summary>A variant by name, or null.</summary>
    public VariantMeasurement? Find(string name) => Variants.FirstOrDefault(v => v.Name == name);

    /// <summary>Loss of accuracy against the baseline in percentage points, or null when either was not measured.</summary>
    public double? AccuracyDrop(VariantMeasurement variant) =>
        variant?.Accuracy is { } accuracy && Find(Baseline)?.Accuracy is { } baseline ? accuracy.DropFrom(baseline) : null;

    /// <summary>File size over that of the baseline, or null when either has none.</summary>
    public double? SizeRatio(VariantMeasurement variant) =>
        variant?.FileByteCount is { } bytes && Find(Baseline)?.FileByteCount is { } baseline ? (double)bytes / baseline : null;

    /// <summary>How many times faster a variant is than another at a batch size, by the medians; null when either was not measured.</summary>
    public double? SpeedUp(VariantMeasurement variant, string reference, int batchSize) =>
        variant?.LatencyAt(batchSize) is { } latency && Find(reference)?.LatencyAt(batchSize) is { } slow
            ? slow.MedianMilliseconds / latency.MedianMilliseconds
            : null;
}
