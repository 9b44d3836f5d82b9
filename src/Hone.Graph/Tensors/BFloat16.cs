namespace Hone.Tensors;

/// <summary>A brain floating-point number: the upper 16 bits of a binary32.</summary>
/// <param name="bits">Sign, 8 exponent bits, 7 fraction bits.</param>
/// <remarks>It is a storage format: convert to <see cref="float"/> to compute.</remarks>
public readonly struct BFloat16(ushort bits) : IEquatable<BFloat16>
{
    /// <value>The raw bits.</value>
    public ushort Bits { get; } = bits;

    /// <summary>Rounds to the nearest, ties to even; a NaN stays a (quiet) NaN.</summary>
    public static explicit operator BFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
            return new BFloat16((ushort)((bits >> 16) | 0x0040));
        return new BFloat16((ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }

    /// <summary>Exact.</summary>
    public static implicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value.Bits << 16);

    /// <summary>Equality of the numbers, as IEEE 754 defines it: NaN differs from itself, 0 equals -0.</summary>
    public static bool operator ==(BFloat16 left, BFloat16 right) => (float)left == (float)right;

    /// <summary>The negation of equality.</summary>
    public static bool operator !=(BFloat16 left, BFloat16 right) => !(left == right);

    /// <inheritdoc/>
    public bool Equals(BFloat16 other) => Bits == other.Bits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Bits;

    /// <inheritdoc/>
    public override string ToString() => ((float)this).ToString();
}
