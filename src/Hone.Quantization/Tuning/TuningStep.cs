namespace Hone.Quantization.Tuning;

/// <summary>One attempt of <see cref="AccuracyAwareTuning"/>.</summary>
/// <param name="Node">The node that was put back to float32; null for the first attempt, in which everything is quantized.</param>
/// <param name="Metric">The metric of the graph quantized so.</param>
/// <param name="IsKept">Whether the node stays in float32; it does not when the metric got worse.</param>
public sealed record TuningStep(string? Node, double Metric, bool IsKept);
