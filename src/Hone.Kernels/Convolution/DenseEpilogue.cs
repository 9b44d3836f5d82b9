using Hone.Kernels.Elementwise;
using Hone.Kernels.Gemm;

namespace Hone.Kernels.Convolution;

/// <summary>What a <see cref="DenseEngine"/> needs besides weights; arrays have one element per output channel or are empty
/// (zeros).</summary>
internal ref struct DenseEpilogue
{
    internal EpilogueData Data;

    /// <summary>fp32 or int32 values as bytes.</summary>
    internal ReadOnlySpan<byte> Bias;

    internal ReadOnlySpan<float> Multipliers;
    internal ReadOnlySpan<float> FloatBias;

    /// <summary>What a padded input element is made of: 0, or the zero point.</summary>
    internal byte PaddingByte;

    /// <summary>0x80 for signed input codes, which are flipped to unsigned ones while they are gathered.</summary>
    internal byte InputFlip;

    /// <summary>Applied to fp32 output after the clamp.</summary>
    internal Activation Activation;

    internal int OutputSize;
    internal int ResidualSize;
}
