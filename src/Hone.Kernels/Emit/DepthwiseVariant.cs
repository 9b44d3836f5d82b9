using Hone.Kernels.Gemm;

namespace Hone.Kernels.Emit;

/// <summary>What is fixed in the code of one emitted depthwise kernel.</summary>
/// <param name="Type">fp32, or u8 times s8.</param>
/// <param name="KernelHeight">Rows of the kernel.</param>
/// <param name="KernelWidth">Columns of the kernel.</param>
/// <param name="Stride">Input columns per output column, at most the kernel's columns.</param>
/// <param name="HasTail">True for a block that is not full.</param>
/// <param name="ClampsLow">True if the result needs the lower clamp.</param>
/// <param name="ClampsHigh">True if the result needs the upper clamp.</param>
/// <param name="IsOutputSigned">True for s8 output.</param>
internal readonly record struct DepthwiseVariant(
    TileType Type, int KernelHeight, int KernelWidth, int Stride, bool HasTail, bool ClampsLow, bool ClampsHigh, bool IsOutputSigned)
{
    /// <summary>Bytes per vector of 8-bit kernels: 16, 32 or 64, so that few channels leave no lanes idle.</summary>
    internal int VectorBytes { get; init; } = 64;

    /// <summary>True if the codes that are written have a zero point other than 0.</summary>
    internal bool HasZeroPoint { get; init; } = true;

    /// <summary>Channels per block: two vectors of fp32, or one of bytes.</summary>
    internal int BlockChannels => Type == TileType.Float32 ? 32 : VectorBytes;

    /// <summary>Accumulator vectors per output: 2, or the 4 that a vector of bytes widens to.</summary>
    internal int Vectors => Type == TileType.Float32 ? 2 : 4;

    /// <summary>Input vectors per row and column.</summary>
    internal int RowVectors => Type == TileType.Float32 ? 2 : 1;

    /// <summary>Outputs that one input column reaches.</summary>
    internal int Alive => (KernelWidth + Stride - 1) / Stride;

    /// <summary>Vectors of weights per block: a row of fp32 each, or four rows of bytes interleaved.</summary>
    internal int WeightVectors => (Type == TileType.Float32 ? KernelHeight : (KernelHeight + 3) / 4) * KernelWidth * Vectors;

    /// <summary>Bytes per block: weights, bias and, for bytes, multipliers.</summary>
    internal int BlockBytes => (WeightVectors + Vectors * (Type == TileType.Float32 ? 1 : 2)) * VectorBytes;

    /// <summary>True if the registers suffice.</summary>
    internal bool Fits => KernelHeight <= 7 && KernelWidth <= 7 && Stride <= KernelWidth && Alive * Vectors <= 20;
}
