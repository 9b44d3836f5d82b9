namespace Hone.Quantization.Tuning;

/// <summary>How far <see cref="AccuracyAwareTuning"/> goes.</summary>
public sealed record TuningOptions
{
    /// <value>The largest drop of the metric against the float graph that is accepted, in the metric's own unit. Default 0.01.</value>
    public double MaximumDrop { get; init; } = 0.01;

    /// <value>The largest number of nodes that may be put back to float32. Default: no limit.</value>
    public int MaximumFloatNodes { get; init; } = int.MaxValue;
}
