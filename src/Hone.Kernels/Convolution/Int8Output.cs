namespace Hone.Kernels.Convolution;

/// <summary>Element type that an 8-bit product writes.</summary>
public enum Int8Output
{
    /// <summary>int32: sum + bias.</summary>
    Int32 = 0,

    /// <summary>fp32: activation(float(sum + bias) * multiplier + float bias).</summary>
    Float32 = 1,

    /// <summary>u8: saturate(zero point + rne(float(sum + bias) * multiplier)).</summary>
    UInt8 = 2,

    /// <summary>s8: likewise.</summary>
    Int8 = 3,
}
