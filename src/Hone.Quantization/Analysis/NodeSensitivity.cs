namespace Hone.Quantization.Analysis;

/// <summary>How much quantizing one node alone disturbs the outputs of the graph.</summary>
/// <param name="Node">Its name.</param>
/// <param name="OperatorName">Its operator.</param>
/// <param name="SignalToNoise">Of the most disturbed graph output, in dB; infinite when nothing changes.</param>
public sealed record NodeSensitivity(string Node, string OperatorName, double SignalToNoise);
