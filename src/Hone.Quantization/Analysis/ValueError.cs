namespace Hone.Quantization.Analysis;

/// <summary>How far one value of a quantized graph lies from the same value of the float graph.</summary>
/// <param name="Value">Its name in the float graph.</param>
/// <param name="Node">The node that produces it.</param>
/// <param name="OperatorName">That node's operator, for example <c>Conv</c>.</param>
/// <param name="SignalToNoise">
/// <c>10 log10(sum x^2 / sum (x - q)^2)</c> over all elements and batches, in dB; infinite when nothing differs. About 6 dB for each exact bit.
/// </param>
/// <param name="LargestError">Largest absolute difference of an element.</param>
public sealed record ValueError(string Value, string Node, string OperatorName, double SignalToNoise, double LargestError);
