using Hone.Report.Comparisons;
using Hone.Report.Measurements;

namespace Hone.Tests.Report;

/// <summary>A report of made-up numbers with everything in it: markup and bars in names, missing cells, infinities.</summary>
internal static class SampleReport
{
    internal static ModelReport Create() => new()
    {
        Title = "Fashion <MNIST>",
        CreatedAt = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero),
        Machine = new MachineDescription
        {
            Processor = "Test CPU",
            ProcessorCount = 2,
            MemoryByteCount = 8_000_000_000,
            OperatingSystem = "Test OS",
            Framework = ".NET 10",
            InstructionSet = "AVX2",
        },
        Baseline = "fp32",
        SpeedReferences = ["TorchSharp"],
        Settings = new Dictionary<string, string> { ["seed"] = "1" },
        Notes = ["Two cores & shared."],
        Variants =
        [
            new() { Name = "TorchSharp", Accuracy = new(9210, 10_000), Latencies = [Latency(1, 2, 3), Latency(64, 40, 50)] },
            new() { Name = "fp32", Accuracy = new(9210, 10_000), FileByteCount = 540_000, Latencies = [Latency(1, 1, 1.5), Latency(64, 20, 25)] },
            new()
            {
                Name = "static | INT8",
                Description = "Histogram observers.",
                Accuracy = new(9195, 10_000),
                FileByteCount = 140_400,
                MemoryByteCount = 1_500_000,
                Latencies = [Latency(1, 0.25, 0.5), Latency(64, 8, 9)],
                LayerErrors = [Error("stem", 35.25), Error("skipped", double.PositiveInfinity), Error("fc", 28)],
            },
        ],
    };

    private static LatencyMeasurement Latency(int batchSize, double median, double p99) => new()
    {
        BatchSize = batchSize,
        RunCount = 200,
        MedianMilliseconds = median,
        P99Milliseconds = p99,
        MeanMilliseconds = median,
        MinimumMilliseconds = median / 2,
    };

    private static TensorError Error(string name, double sqnr) => new()
    {
        Name = name,
        OperatorName = "Conv",
        SqnrDecibels = sqnr,
        MaximumError = 0.5,
        MeanError = 0.125,
        ElementCount = 100,
        SameArgMax = 0.75,
    };
}
