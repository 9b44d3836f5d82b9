using Hone.Kernels.Threading;

namespace Hone.Kernels.Resize;

/// <summary>Where one run of a resize reads and writes; maps are channels-last.</summary>
public unsafe struct ResizeArguments
{
    /// <summary>[Batch, Height, Width, Channels] input.</summary>
    public void* Input { get; set; }

    /// <summary>Elements between input pixels.</summary>
    public nint InputStride { get; set; }

    /// <summary>Images.</summary>
    public int Batch { get; set; }

    /// <summary>Input rows.</summary>
    public int Height { get; set; }

    /// <summary>Input columns.</summary>
    public int Width { get; set; }

    /// <summary>Channels.</summary>
    public int Channels { get; set; }

    /// <summary>[Batch, OutputHeight, OutputWidth, Channels] output.</summary>
    public void* Output { get; set; }

    /// <summary>Elements between output pixels.</summary>
    public nint OutputStride { get; set; }

    /// <summary>Output rows.</summary>
    public int OutputHeight { get; set; }

    /// <summary>Output columns.</summary>
    public int OutputWidth { get; set; }

    /// <summary>Threads to work with; null: <see cref="WorkerPool.Shared"/>.</summary>
    public WorkerPool? Pool { get; set; }

    /// <summary>Threads that may take part, caller included; 0: all of the pool.</summary>
    public int MaxThreads { get; set; }
}
