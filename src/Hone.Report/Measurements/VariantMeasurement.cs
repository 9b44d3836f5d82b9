using Hone.Report.Comparisons;

namespace Hone.Report.Measurements;

/// <summary>Everything that was measured of one variant of a model.</summary>
public sealed record VariantMeasurement
{
    /// <value>Unique name within the report, for example <c>static INT8</c>.</value>
    public required string Name { get; init; }

    /// <value>One sentence on how the variant came about.</value>
    public string Description { get; init; } = "";

    /// <value>Accuracy on the test samples, or null when it was not measured.</value>
    public AccuracyMeasurement? Accuracy { get; init; }

    /// <value>Size of the model's files; bytes; null when there is no file.</value>
    public long? FileByteCount { get; init; }

    /// <value>Memory of a run besides the file: packed weights and activations; bytes; null when it was not measured.</value>
    public long? MemoryByteCount { get; init; }

    /// <value>Latency at each batch size.</value>
    public IReadOnlyList<LatencyMeasurement> Latencies { get; init; } = [];

    /// <value>Error of each layer against the float model, in the order of execution.</value>
    public IReadOnlyList<TensorError> LayerErrors { get; init; } = [];

    /// <summary>The latency at a batch size, or null.</summary>
    public LatencyMeasurement? LatencyAt(int batchSize) => Latencies.FirstOrDefault(l => l.BatchSize == batchSize);
}
