using Hone.Kernels.MatMul;
using Hone.Kernels.Threading;

namespace Hone.Kernels.Convolution;

/// <summary>Turns public arguments, in elements, into calls of the engines, in bytes.</summary>
internal static unsafe class Calls
{
    internal static DenseCall From(in ConvolutionArguments a, int inputSize, int outputSize, int residualSize) => new()
    {
        Input = (byte*)a.Input,
        InputStride = a.InputStride * inputSize,
        Batch = a.Batch,
        Height = a.Height,
        Width = a.Width,
        Output = (byte*)a.Output,
        OutputStride = a.OutputStride * outputSize,
        Residual = (byte*)a.Residual,
        ResidualStride = a.ResidualStride * residualSize,
        Pool = a.Pool ?? WorkerPool.Shared,
        MaxThreads = a.MaxThreads,
    };

    /// <summary>A matrix product is a 1x1 convolution over one row of pixels.</summary>
    internal static DenseCall From(in MatMulArguments a, int inputSize, int outputSize, int residualSize) => new()
    {
        Input = (byte*)a.Input,
        InputStride = a.InputStride * inputSize,
        Batch = 1,
        Height = 1,
        Width = a.Rows,
        Output = (byte*)a.Output,
        OutputStride = a.OutputStride * outputSize,
        Residual = (byte*)a.Residual,
        ResidualStride = a.ResidualStride * residualSize,
        Pool = a.Pool ?? WorkerPool.Shared,
        MaxThreads = a.MaxThreads,
    };
}
