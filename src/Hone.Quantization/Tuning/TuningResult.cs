using Hone.Graphs;

namespace Hone.Quantization.Tuning;

/// <summary>What <see cref="AccuracyAwareTuning"/> has found.</summary>
/// <param name="Graph">The quantized graph with the best metric.</param>
/// <param name="FloatMetric">The metric of the float graph.</param>
/// <param name="Metric">The metric of <paramref name="Graph"/>.</param>
/// <param name="FloatNodes">The nodes that were put back to float32.</param>
/// <param name="Steps">All attempts in order.</param>
/// <param name="IsAccepted">Whether the drop is within the limit; otherwise the graph is the best that was found.</param>
public sealed record TuningResult(
    Graph Graph, double FloatMetric, double Metric, IReadOnlyList<string> FloatNodes, IReadOnlyList<TuningStep> Steps, bool IsAccepted);
