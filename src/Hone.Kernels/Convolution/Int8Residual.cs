namespace Hone.Kernels.Convolution;

/// <summary>A fused 8-bit addition: the product is first quantized as its own operator would, then both sides are dequantized, added and
/// quantized again.</summary>
/// <remarks>
/// q = saturate(zero point + rne(float(sum + bias) * multiplier)) by <see cref="Int8Epilogue"/>;
/// y = clamp(OutputZeroPoint + rne(((q - zp) * ProductScale + (r - ZeroPoint) * Scale) / OutputScale), Min, Max). Every fp32 step rounds by
/// itself.
/// </remarks>
public sealed record Int8Residual
{
    /// <summary>Scale of the product's own codes; positive.</summary>
    public required float ProductScale { get; init; }

    /// <summary>Scale of the residual; positive.</summary>
    public required float Scale { get; init; }

    /// <summary>Zero point of the residual.</summary>
    public int ZeroPoint { get; init; }

    /// <summary>True if the residual is s8, false if u8.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Scale of the sum; positive.</summary>
    public required float OutputScale { get; init; }

    /// <summary>Zero point of the sum, in the range of the output's type.</summary>
    public int OutputZeroPoint { get; init; }

    /// <summary>Smallest code of the sum, for a fused activation. Default: the type's smallest.</summary>
    public int Min { get; init; } = int.MinValue;

    /// <summary>Largest code of the sum. Default: the type's largest.</summary>
    public int Max { get; init; } = int.MaxValue;
}
