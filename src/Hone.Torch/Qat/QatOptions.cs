namespace Hone.Torch.Qat;

/// <summary>How a model is trained for quantization.</summary>
public sealed record QatOptions
{
    /// <value>Rounding of activations. Default: 8 bits unsigned, affine, one scale for the tensor.</value>
    public FakeQuantizeOptions Activation { get; init; } = FakeQuantizeOptions.Activation;

    /// <value>Rounding of weights; the channel axis is set for each weight. Default: 8 bits signed, symmetric, one scale for each output channel.</value>
    public FakeQuantizeOptions Weight { get; init; } = FakeQuantizeOptions.Weight;
}
