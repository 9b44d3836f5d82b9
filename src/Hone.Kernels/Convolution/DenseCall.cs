using Hone.Kernels.Threading;

namespace Hone.Kernels.Convolution;

/// <summary>Where one run of a <see cref="DenseEngine"/> reads and writes; strides in bytes between pixels.</summary>
internal unsafe struct DenseCall
{
    internal byte* Input;
    internal nint InputStride;
    internal int Batch;
    internal int Height;
    internal int Width;
    internal byte* Output;
    internal nint OutputStride;
    internal byte* Residual;
    internal nint ResidualStride;
    internal WorkerPool Pool;
    internal int MaxThreads;

    /// <summary>Factors and biases that replace the operator's own, for dynamic quantization; else null. Padded as the
    /// operator's.</summary>
    internal float* Multipliers;

    internal int* Bias;
}
