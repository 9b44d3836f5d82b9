using Hone.Report.Measurements;

namespace Hone.Tests.Report;

public sealed class LatencyTests
{
    [Fact]
    public void FromRuns_OddCount_TakesTheMiddleAndTheSlowest()
    {
        LatencyMeasurement latency = LatencyMeasurement.FromRuns(4, [5, 1, 3]);

        Assert.Equal((3.0, 5.0, 3.0, 1.0, 3), (latency.MedianMilliseconds, latency.P99Milliseconds, latency.MeanMilliseconds, latency.MinimumMilliseconds, latency.RunCount));
        Assert.Equal(4 / 3.0 * 1000, latency.SamplesPerSecond, 9);
    }

    [Fact]
    public void FromRuns_HundredsOfRuns_TakeTheNearestRank()
    {
        // 1..200 in another order: rank ceil(0.99 * 200) = 198.
        LatencyMeasurement latency = LatencyMeasurement.FromRuns(1, [.. Enumerable.Range(1, 200).Select(i => (double)((i * 7919 % 200) + 1))]);

        Assert.Equal(100.5, latency.MedianMilliseconds);
        Assert.Equal(198, latency.P99Milliseconds);
    }

    [Fact]
    public void FromRuns_NoRun_IsRefused() => Assert.Throws<ArgumentException>(() => LatencyMeasurement.FromRuns(1, []));

    [Fact]
    public void Measure_CountsWarmUpApartFromTimedRuns()
    {
        int calls = 0;
        LatencyOptions options = new() { WarmUp = TimeSpan.Zero, MinimumTime = TimeSpan.Zero, MinimumRuns = 25, MaximumTime = TimeSpan.FromMinutes(1) };

        LatencyMeasurement latency = LatencyMeter.Measure(8, () => calls++, options);

        Assert.Equal((25, 26, 8), (latency.RunCount, calls, latency.BatchSize));
    }

    [Fact]
    public void Measure_SlowWork_StopsAtTheMaximumTime()
    {
        LatencyOptions options = new() { WarmUp = TimeSpan.Zero, MinimumTime = TimeSpan.Zero, MaximumTime = TimeSpan.FromMilliseconds(30), MinimumRuns = 1000 };

        LatencyMeasurement latency = LatencyMeter.Measure(1, () => Thread.Sleep(20), options);

        Assert.InRange(latency.RunCount, 1, 2);
        Assert.True(latency.MinimumMilliseconds >= 19);
    }

    [Fact]
    public void Measure_Progress_EndsAtOneAndNeverGoesBack()
    {
        List<double> shares = [];
        LatencyOptions options = new() { WarmUp = TimeSpan.Zero, MinimumTime = TimeSpan.Zero, MinimumRuns = 10 };

        LatencyMeter.Measure(1, () => { }, options, new CallingProgress<double>(shares.Add));

        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1]);
    }

    [Fact]
    public void Measure_Cancelled_Stops()
    {
        using CancellationTokenSource source = new();
        int calls = 0;

        Assert.Throws<OperationCanceledException>(() => LatencyMeter.Measure(1, () =>
        {
            if (++calls == 3)
                source.Cancel();
        }, cancellationToken: source.Token));
        Assert.Equal(3, calls);
    }

    [Fact]
    public void Measure_OptionsOutOfRange_AreRefused()
    {
        HoneException error = Assert.Throws<HoneException>(() => LatencyMeter.Measure(1, () => { }, new LatencyOptions { MinimumRuns = 5, MaximumRuns = 4 }));
        Assert.Contains("5 and 4", error.Message, StringComparison.Ordinal);
        Assert.Throws<HoneException>(() => LatencyMeter.Measure(1, () => { }, new LatencyOptions { WarmUp = TimeSpan.FromSeconds(-1) }));
    }

    /// <summary>Calls back on the reporting thread; <see cref="Progress{T}"/> would do so later, on another.</summary>
    private sealed class CallingProgress<T>(Action<T> action) : IProgress<T>
    {
        public void Report(T value) => action(value);
    }
}
