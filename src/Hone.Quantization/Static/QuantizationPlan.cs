using Hone.Graphs;

namespace Hone.Quantization.Static;

/// <summary>What of a graph is quantized: the annotation that calibration, training and conversion share.</summary>
/// <param name="Graph">The graph that the placements belong to.</param>
/// <param name="Activations">The activations, in groups of common parameters.</param>
/// <param name="Weights">The weights.</param>
/// <param name="Nodes">The nodes that compute on integers.</param>
public sealed record QuantizationPlan(Graph Graph, IReadOnlyList<ActivationPlacement> Activations, IReadOnlyList<WeightPlacement> Weights, IReadOnlyList<Node> Nodes);
