namespace Hone.Kernels.Quantization;

/// <summary>Scales, zero points and bounds of a quantized function of two values; codes are u8.</summary>
/// <param name="ScaleA">Scale of the left side.</param>
/// <param name="ZeroPointA">Zero point of the left side.</param>
/// <param name="ScaleB">Scale of the right side.</param>
/// <param name="ZeroPointB">Zero point of the right side.</param>
/// <param name="Scale">Scale of the result.</param>
/// <param name="ZeroPoint">Zero point of the result.</param>
public readonly record struct Int8BinaryParameters(float ScaleA, int ZeroPointA, float ScaleB, int ZeroPointB, float Scale, int ZeroPoint)
{
    /// <summary>Smallest code of the result, 0 to 255. Default: 0.</summary>
    public int Min { get; init; } = 0;

    /// <summary>Largest code of the result, 0 to 255. Default: 255.</summary>
    public int Max { get; init; } = 255;
}
