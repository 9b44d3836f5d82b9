namespace Hone.Report.Measurements;

/// <summary>How long latency is measured.</summary>
public sealed record LatencyOptions
{
    /// <value>Runs before the timed ones last at least so long. Default 0.2 s.</value>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <value>Timed runs last at least so long in total. Default 0.5 s.</value>
    public TimeSpan MinimumTime { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <value>No further run begins after so long, however few there were. Default 10 s.</value>
    public TimeSpan MaximumTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>At least so many timed runs; 100 are needed for a p99 that is not the slowest run. Default 100.</value>
    public int MinimumRuns { get; init; } = 100;

    /// <value>At most so many timed runs. Default 100,000.</value>
    public int MaximumRuns { get; init; } = 100_000;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="HoneException">A value is out of range.</exception>
    internal void Validate()
    {
        if (MinimumRuns < 1 || MaximumRuns < MinimumRuns)
            throw new HoneException($"Latency needs 1 <= MinimumRuns <= MaximumRuns, got {MinimumRuns} and {MaximumRuns}.");
        if (WarmUp < TimeSpan.Zero || MinimumTime < TimeSpan.Zero || MaximumTime < MinimumTime)
            throw new HoneException($"Latency needs 0 <= MinimumTime <= MaximumTime and WarmUp >= 0, got {MinimumTime}, {MaximumTime} and {WarmUp}.");
    }
}
