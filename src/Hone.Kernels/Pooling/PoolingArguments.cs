using Hone.Kernels.Threading;

namespace Hone.Kernels.Pooling;

/// <summary>Where one run of a pooling reads and writes. Maps are channels-last: pixel (n, y, x) begins at <c>((n * Height + y) * Width +
/// x) * stride</c>.</summary>
public unsafe struct PoolingArguments
{
    /// <summary>[Batch, Height, Width, Channels] input.</summary>
    public void* Input { get; set; }

    /// <summary>Elements between input pixels, at least the number of channels.</summary>
    public nint InputStride { get; set; }

    /// <summary>Images.</summary>
    public int Batch { get; set; }

    /// <summary>Input rows.</summary>
    public int Height { get; set; }

    /// <summary>Input columns.</summary>
    public int Width { get; set; }

    /// <summary>Channels.</summary>
    public int Channels { get; set; }

    /// <summary>[Batch, output rows, output columns, Channels] output; may not overlap the input.</summary>
    public void* Output { get; set; }

    /// <summary>Elements between output pixels, at least the number of channels.</summary>
    public nint OutputStride { get; set; }

    /// <summary>Threads to work with; null: <see cref="WorkerPool.Shared"/>.</summary>
    public WorkerPool? Pool { get; set; }

    /// <summary>Threads that may take part, caller included; 0: all of the pool.</summary>
    public int MaxThreads { get; set; }
}
