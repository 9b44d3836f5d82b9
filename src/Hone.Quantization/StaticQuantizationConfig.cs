using Hone.Graphs;
using Hone.Quantization.Observers;
using Hone.Tensors;

namespace Hone.Quantization;

/// <summary>Static quantization: 8-bit activations whose ranges calibration has found, 8-bit weights.</summary>
/// <remarks>
/// Convolutions, matrix products, additions and what lies between them compute on integers. Batch normalizations must be folded beforehand; the
/// facade does it. Everything that is not quantized stays float32.
/// </remarks>
public sealed record StaticQuantizationConfig
{
    /// <value>Codes of activations. Default: uint8, affine, one scale for the tensor.</value>
    public QuantizationSpec Activation { get; init; } = new();

    /// <value>Codes of weights; the axis is set for each weight. Default: int8, symmetric.</value>
    public QuantizationSpec Weight { get; init; } = new() { DataType = DataType.Int8, IsSymmetric = true };

    /// <value>Whether weights have a scale for each output channel. Default true; without it depthwise networks lose much of their accuracy.</value>
    public bool IsPerChannel { get; init; } = true;

    /// <value>How the ranges of activations are found. Default <see cref="ObserverKind.Histogram"/>.</value>
    public ObserverKind Observer { get; init; } = ObserverKind.Histogram;

    /// <value>Makes the observers of activations; null takes <see cref="Observer"/>.</value>
    public Func<QuantizationSpec, Observer>? CreateObserver { get; init; }

    /// <value>Whether the outputs of the graph are rounded too, as PyTorch does. Default false: they are what users see, and cost little.</value>
    public bool QuantizesGraphOutputs { get; init; }

    /// <value>Names of nodes that stay in float32. Default none.</value>
    public IReadOnlySet<string> ExcludedNodes { get; init; } = new HashSet<string>();

    /// <value>Operators, by their ONNX names, whose nodes all stay as they are. Default none.</value>
    public IReadOnlySet<string> ExcludedOperators { get; init; } = new HashSet<string>();

    /// <summary>The observer of one activation.</summary>
    internal Observer NewObserver() => CreateObserver?.Invoke(Activation) ?? Observer switch
    {
        ObserverKind.MinMax => new MinMaxObserver(Activation),
        ObserverKind.MovingAverageMinMax => new MovingAverageMinMaxObserver(Activation),
        ObserverKind.Histogram => new HistogramObserver(Activation),
        ObserverKind.Percentile => new PercentileObserver(Activation),
        _ => throw new QuantizationException($"{Observer} is not a kind of observer."),
    };

    /// <summary>Checks the combination of options.</summary>
    /// <exception cref="QuantizationException">Activations have an axis, or a type has another width.</exception>
    internal void Validate()
    {
        if (Activation.Axis is not null)
            throw new QuantizationException("Activations have one scale for the tensor; leave the axis out.");
        if (Activation.DataType is not (DataType.UInt8 or DataType.Int8))
            throw new QuantizationException($"Activations are uint8 or int8, not {Activation.DataType.DisplayName()}.");
        if (Weight.DataType is not (DataType.Int8 or DataType.UInt8 or DataType.Int4 or DataType.UInt4))
            throw new QuantizationException($"Weights have 8 or 4 bits, not the type {Weight.DataType.DisplayName()}.");
    }

    /// <summary>Whether a node is to be quantized if its operator can be.</summary>
    internal bool Includes(Node node) => !ExcludedNodes.Contains(node.Name) && !ExcludedOperators.Contains(node.Operator.Name);
}
