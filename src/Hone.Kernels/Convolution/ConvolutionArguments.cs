using Hone.Kernels.Threading;

namespace Hone.Kernels.Convolution;

/// <summary>Where one run of a convolution reads and writes. Maps are channels-last: pixel (n, y, x) begins at <c>((n * Height + y) * Width
/// + x) * stride</c>.</summary>
public unsafe struct ConvolutionArguments
{
    /// <summary>[Batch, Height, Width, in channels] input.</summary>
    public void* Input { get; set; }

    /// <summary>Elements between input pixels, at least the number of channels.</summary>
    public nint InputStride { get; set; }

    /// <summary>Images.</summary>
    public int Batch { get; set; }

    /// <summary>Input rows.</summary>
    public int Height { get; set; }

    /// <summary>Input columns.</summary>
    public int Width { get; set; }

    /// <summary>Output rows of a transposed convolution, which its caller derives from padding and output padding; others ignore it.</summary>
    public int OutputHeight { get; set; }

    /// <summary>Output columns of a transposed convolution; others ignore it.</summary>
    public int OutputWidth { get; set; }

    /// <summary>[Batch, output rows, output columns, out channels] output; may not overlap the input.</summary>
    public void* Output { get; set; }

    /// <summary>Elements between output pixels, at least the number of channels.</summary>
    public nint OutputStride { get; set; }

    /// <summary>Map of the output's shape to add, where the operator was built to add one; may be the output itself.</summary>
    public void* Residual { get; set; }

    /// <summary>Elements between pixels of the residual.</summary>
    public nint ResidualStride { get; set; }

    /// <summary>Threads to work with; null: <see cref="WorkerPool.Shared"/>.</summary>
    public WorkerPool? Pool { get; set; }

    /// <summary>Threads that may take part, caller included; 0: all of the pool.</summary>
    public int MaxThreads { get; set; }
}
