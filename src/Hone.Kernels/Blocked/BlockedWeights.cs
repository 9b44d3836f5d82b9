namespace Hone.Kernels.Blocked;

/// <summary>A weight matrix [N, K] of codes in blocks along K: <c>w = (code - zero point) * scale</c>.</summary>
/// <remarks>Immutable while an operator is built from it; the arrays are only read.</remarks>
public sealed record BlockedWeights
{
    /// <summary>Elements that are summed over.</summary>
    public required int K { get; init; }

    /// <summary>Columns of the product.</summary>
    public required int N { get; init; }

    /// <summary>Elements that share a scale along K: a multiple of 16. The last block may be shorter.</summary>
    public required int BlockSize { get; init; }

    /// <summary>Bits of a code: 4 or 8.</summary>
    public required int Bits { get; init; }

    /// <summary>[N, K] unsigned codes, one to a byte, less than 2^Bits.</summary>
    public required byte[] Codes { get; init; }

    /// <summary>[N, blocks] scales.</summary>
    public required float[] Scales { get; init; }

    /// <summary>[N, blocks] zero points; empty: all are the middle, 2^(Bits - 1).</summary>
    public float[] ZeroPoints { get; init; } = [];

    internal int Blocks => (K + BlockSize - 1) / BlockSize;

    internal int Middle => 1 << (Bits - 1);

    internal void Validate()
    {
        if (K <= 0 || N <= 0 || BlockSize <= 0 || BlockSize % 16 != 0 || Bits is not (4 or 8))
        {
            throw new ArgumentException($"Weights in blocks have positive sizes, blocks of a multiple of 16 and 4 or 8 bits; got K {K}, N {N}, {BlockSize}, {Bits}.");
        }

        long parameters = (long)N * Blocks;
        if (Codes.LongLength != (long)N * K || Scales.LongLength != parameters || (ZeroPoints.Length > 0 && ZeroPoints.LongLength != parameters))
        {
            throw new ArgumentException($"[{N}, {K}] codes have {parameters} scales; got {Codes.LongLength}, {Scales.LongLength} and {ZeroPoints.LongLength} zero points.");
        }
    }
}
