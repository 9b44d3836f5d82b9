namespace Hone.Report.Comparisons;

/// <summary>How far two models are apart on the same inputs.</summary>
/// <param name="Outputs">One entry for each graph output, in the order of the reference model.</param>
/// <param name="Layers">One entry for each value inside that both models have under the same name, in the order of execution.</param>
/// <param name="BatchCount">Number of batches that were compared.</param>
public sealed record ModelComparison(IReadOnlyList<TensorError> Outputs, IReadOnlyList<TensorError> Layers, int BatchCount);
