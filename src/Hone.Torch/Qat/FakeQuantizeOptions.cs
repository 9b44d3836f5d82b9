using Hone.Tensors;

namespace Hone.Torch.Qat;

/// <summary>How a <see cref="FakeQuantize"/> rounds and observes.</summary>
public sealed record FakeQuantizeOptions
{
    /// <value>Activations as 8 bits unsigned, affine, one scale for the tensor: what <c>Int8StaticConfig</c> quantizes activations to.</value>
    public static FakeQuantizeOptions Activation { get; } = new();

    /// <value>Weights as 8 bits signed, symmetric, one scale for each output channel (axis 0).</value>
    public static FakeQuantizeOptions Weight { get; } = new() { QuantMin = -128, QuantMax = 127, IsSymmetric = true, ChannelAxis = 0 };

    /// <value>Smallest code. Default 0.</value>
    public long QuantMin { get; init; }

    /// <value>Largest code; at most 255 above <see cref="QuantMin"/>. Default 255.</value>
    public long QuantMax { get; init; } = 255;

    /// <value>Whether the range is widened to be symmetric about zero. Default false.</value>
    public bool IsSymmetric { get; init; }

    /// <value>The axis with a scale of its own for each index, or null for one scale for the whole tensor. Default null.</value>
    public int? ChannelAxis { get; init; }

    /// <value>Weight of a new batch in the moving average of minimum and maximum, in (0, 1]. Default 0.01, as in PyTorch.</value>
    public double AveragingConstant { get; init; } = 0.01;

    /// <value>The integer type that the codes fit: an 8-bit one, or a 4-bit one for codes of 4 bits.</value>
    public DataType DataType => (QuantMin, QuantMax) switch
    {
        ( >= -8 and < 0, <= 7) => DataType.Int4,
        ( < 0, <= 127) => DataType.Int8,
        (0, <= 15) => DataType.UInt4,
        _ => DataType.UInt8,
    };

    /// <summary>Checks the ranges stated at each property.</summary>
    /// <exception cref="QuantizationException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (QuantMin >= QuantMax || QuantMax - QuantMin > 255 || QuantMin > 0 || QuantMax < 0)
            throw new QuantizationException($"The codes {QuantMin}..{QuantMax} must include 0 and be at most 256.");
        if (ChannelAxis < 0)
            throw new QuantizationException($"The channel axis must count from the front; got {ChannelAxis}.");
        if (!(AveragingConstant > 0 && AveragingConstant <= 1))
            throw new QuantizationException($"The averaging constant must lie in (0, 1]; got {AveragingConstant}.");
    }
}
