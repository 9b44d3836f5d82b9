using Hone.Quantization;
using Hone.Quantization.Observers;

namespace Hone.Torch.Qat;

/// <summary>How a model is trained for quantization.</summary>
public sealed record QatOptions
{
    /// <value>Rounding of activations. Default: 8 bits unsigned, affine, one scale for the tensor.</value>
    public FakeQuantizeOptions Activation { get; init; } = FakeQuantizeOptions.Activation;

    /// <value>
    /// Rounding of weights. Where it has a channel axis, that of each weight's output channels is taken. Default: 8 bits signed, symmetric, one scale for
    /// each output channel. Codes -8..7 give 4-bit weights.
    /// </value>
    public FakeQuantizeOptions Weight { get; init; } = FakeQuantizeOptions.Weight;

    /// <value>Whether the outputs of the graph are rounded too. Default false.</value>
    public bool QuantizesGraphOutputs { get; init; }

    /// <value>Names of nodes that stay in float32. Default none.</value>
    public IReadOnlySet<string> ExcludedNodes { get; init; } = new HashSet<string>();

    /// <exception cref="QuantizationException">The codes fill no integer type.</exception>
    internal StaticQuantizationConfig ToStaticConfig() => new()
    {
        Activation = ToSpec(Activation) with { Axis = null },
        Weight = ToSpec(Weight) with { Axis = null },
        IsPerChannel = Weight.ChannelAxis is not null,
        QuantizesGraphOutputs = QuantizesGraphOutputs,
        ExcludedNodes = ExcludedNodes,
    };

    private static QuantizationSpec ToSpec(FakeQuantizeOptions options)
    {
        options.Validate();
        return new QuantizationSpec { DataType = options.DataType, IsSymmetric = options.IsSymmetric };
    }
}
