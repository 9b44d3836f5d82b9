using System.Diagnostics;

namespace Hone.Report.Measurements;

/// <summary>Times a piece of work: warms up, then repeats it until there are enough runs over enough time.</summary>
public static class LatencyMeter
{
    /// <summary>Measures.</summary>
    /// <param name="batchSize">Samples in one run, for the record.</param>
    /// <param name="run">One run.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Told what share is done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops between two runs.</param>
    /// <exception cref="HoneException">The options are out of range.</exception>
    /// <exception cref="OperationCanceledException">The measurement was cancelled.</exception>
    public static LatencyMeasurement Measure(
        int batchSize, Action run, LatencyOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentNullException.ThrowIfNull(run);
        options ??= new LatencyOptions();
        options.Validate();
        WarmUp(run, options, cancellationToken);

        List<double> milliseconds = new(options.MinimumRuns);
        long start = Stopwatch.GetTimestamp();
        TimeSpan elapsed = TimeSpan.Zero;
        while (milliseconds.Count == 0 || !IsEnough(options, milliseconds.Count, elapsed))
        {
            cancellationToken.ThrowIfCancellationRequested();
            long before = Stopwatch.GetTimestamp();
            run();
            milliseconds.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            elapsed = Stopwatch.GetElapsedTime(start);
            progress?.Report(ShareDone(options, milliseconds.Count, elapsed));
        }

        return LatencyMeasurement.FromRuns(batchSize, milliseconds);
    }

    private static void WarmUp(Action run, LatencyOptions options, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            run();
        }
        while (Stopwatch.GetElapsedTime(start) < options.WarmUp);
    }

    private static bool IsEnough(LatencyOptions options, int runs, TimeSpan elapsed) =>
        runs >= options.MaximumRuns || elapsed >= options.MaximumTime || (runs >= options.MinimumRuns && elapsed >= options.MinimumTime);

    private static double ShareDone(LatencyOptions options, int runs, TimeSpan elapsed)
    {
        double byMinimum = Math.Min((double)runs / options.MinimumRuns, options.MinimumTime > TimeSpan.Zero ? elapsed / options.MinimumTime : 1);
        double byMaximum = Math.Max((double)runs / options.MaximumRuns, options.MaximumTime > TimeSpan.Zero ? elapsed / options.MaximumTime : 1);
        return Math.Min(1, Math.Max(byMinimum, byMaximum));
    }
}
