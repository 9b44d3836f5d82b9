namespace Hone.Report.Measurements;

/// <summary>The time that one run takes, over many runs.</summary>
public sealed record LatencyMeasurement
{
    /// <value>Samples in one run.</value>
    public required int BatchSize { get; init; }

    /// <value>Number of timed runs.</value>
    public required int RunCount { get; init; }

    /// <value>Half of the runs were faster; milliseconds.</value>
    public required double MedianMilliseconds { get; init; }

    /// <value>99 of 100 runs were at least as fast; milliseconds. With fewer than 100 runs it is the slowest one.</value>
    public required double P99Milliseconds { get; init; }

    /// <value>Average of the runs; milliseconds.</value>
    public required double MeanMilliseconds { get; init; }

    /// <value>The fastest run; milliseconds.</value>
    public required double MinimumMilliseconds { get; init; }

    /// <value>Samples per second at the median.</value>
    public double SamplesPerSecond => BatchSize / MedianMilliseconds * 1000;

    /// <summary>Summarizes the times of single runs.</summary>
    /// <param name="batchSize">Samples in one run.</param>
    /// <param name="milliseconds">At least one time, in any order.</param>
    /// <remarks>The median of an even number of times is the mean of the middle two; p99 is the time of nearest rank, ceil(0.99 n).</remarks>
    /// <exception cref="ArgumentException">There is no time.</exception>
    public static LatencyMeasurement FromRuns(int batchSize, IReadOnlyCollection<double> milliseconds)
    {
        ArgumentNullException.ThrowIfNull(milliseconds);
        if (milliseconds.Count == 0)
            throw new ArgumentException("At least one run is needed.", nameof(milliseconds));
        double[] sorted = [.. milliseconds.Order()];
        int middle = sorted.Length / 2;
        return new LatencyMeasurement
        {
            BatchSize = batchSize,
            RunCount = sorted.Length,
            MedianMilliseconds = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
            P99Milliseconds = sorted[(int)Math.Ceiling(0.99 * sorted.Length) - 1],
            MeanMilliseconds = sorted.Average(),
            MinimumMilliseconds = sorted[0],
        };
    }
}
