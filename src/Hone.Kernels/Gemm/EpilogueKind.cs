namespace Hone.Kernels.Gemm;

/// <summary>What a tile kernel does with its accumulators.</summary>
internal enum EpilogueKind
{
    /// <summary>fp32: clamp(acc + bias).</summary>
    Float = 0,

    /// <summary>fp32: clamp(acc + bias + residual).</summary>
    FloatResidual = 1,

    /// <summary>int32: acc + bias.</summary>
    Int32 = 2,

    /// <summary>fp32: clamp(float(acc + bias) * multiplier + float bias).</summary>
    Dequantize = 3,

    /// <summary>8 bits: zp + rne(clamp(float(acc + bias) * multiplier)).</summary>
    Requantize = 4,

    /// <summary>8 bits: as <see cref="Requantize"/>, then dequantized, a dequantized residual added, and quantized again.</summary>
    RequantizeResidual = 5,
}
