using Hone.Kernels.MatMul;
using Hone.Kernels.Threading;

namespace Hone.Kernels.Convolution;

/// <summary>Turns public arguments, in elements, into calls of the engines, in bytes.</summary>
internal static unsafe class Calls
{
    // Fewer products than this are done before another thread has joined.
    private const double ProductsPerThread = 100_000;

    /// <summary>Threads that are worth having for a number of products.</summary>
    internal static int Threads(in DenseCall call, double products)
    {
        int threads = call.MaxThreads > 0 ? Math.Min(call.MaxThreads, call.Pool.ThreadCount) : call.Pool.ThreadCount;
        return (int)Math.Clamp(products / ProductsPerThread, 1, threads);
    }

    /// <summary>Checks what would else read or write beyond the caller's memory.</summary>
    /// <exception cref="ArgumentException">A size is negative, a stride less than the channels, or a pointer missing.</exception>
    internal static void Check(in DenseCall call, int inputRow, int outputRow, int residualRow, bool addsResidual)
    {
        if (call.Batch < 0 || call.Height < 0 || call.Width < 0)
        {
            throw new ArgumentException($"Sizes may not be negative: {call.Batch} x {call.Height} x {call.Width}.");
        }

        if (call.InputStride < inputRow || call.OutputStride < outputRow || (addsResidual && call.ResidualStride < residualRow))
        {
            throw new ArgumentException($"Strides of {call.InputStride}, {call.OutputStride} and {call.ResidualStride} bytes are less than rows of {inputRow}, {outputRow} and {residualRow}.");
        }

        bool isEmpty = call.Batch == 0 || call.Height == 0 || call.Width == 0;
        if (!isEmpty && (call.Input is null || call.Output is null || (addsResidual && call.Residual is null)))
        {
            throw new ArgumentException(addsResidual && call.Residual is null ? "The operator adds a residual, but none is given." : "Input or output is null.");
        }
    }

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
