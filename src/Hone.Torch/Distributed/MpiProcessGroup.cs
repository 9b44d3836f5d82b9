using Hone.Torch.Native;
using static TorchSharp.torch;

namespace Hone.Torch.Distributed;

/// <summary>The processes of an MPI job, started by <c>mpirun -n 2 dotnet ...</c>: PyTorch's process group with the <c>mpi</c> backend.</summary>
/// <remarks>
/// Collective calls must be made by every process, in the same order. They may come from any thread, one at a time. If a process dies, <c>mpirun</c> ends
/// the others and says which one it was.
/// </remarks>
public sealed class MpiProcessGroup : IDisposable
{
    private readonly MpiLibrary _mpi = MpiLibrary.Instance;
    private readonly Lock _lock = new();
    private bool _isDisposed;

    /// <summary>Joins the job. A program started without <c>mpirun</c> is a job of one process.</summary>
    /// <exception cref="HoneException">Open MPI is not installed, or it refuses to start.</exception>
    public MpiProcessGroup()
    {
        _mpi.Initialize();
        Rank = _mpi.Rank();
        WorldSize = _mpi.Size();
    }

    /// <value>Whether the system has Open MPI.</value>
    public static bool IsAvailable => MpiLibrary.IsInstalled;

    /// <value>Number of this process, from 0.</value>
    public int Rank { get; }

    /// <value>Number of processes.</value>
    public int WorldSize { get; }

    /// <summary>Replaces the elements by their sum over all processes.</summary>
    /// <param name="tensor">float32 or float64, dense, on the CPU, of the same shape everywhere; changed in place.</param>
    /// <exception cref="ArgumentException">The tensor is of another type or not dense.</exception>
    public void AllReduceSum(Tensor tensor)
    {
        RequireDense(tensor);
        if (tensor.dtype is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"Sums are made of Float32 or Float64, not {tensor.dtype}.", nameof(tensor));
        if (tensor.numel() == 0)
            return;
        lock (_lock)
            _mpi.Sum(TensorData.Pointer(tensor), checked((int)tensor.numel()), tensor.dtype == ScalarType.Float64);
        GC.KeepAlive(tensor);
    }

    /// <summary>Replaces the elements by those of one process.</summary>
    /// <param name="tensor">Dense, on the CPU, of the same shape and type everywhere; changed in place.</param>
    /// <param name="root">The process whose elements the others take.</param>
    /// <exception cref="ArgumentException">The tensor is not dense.</exception>
    public void Broadcast(Tensor tensor, int root = 0)
    {
        RequireDense(tensor);
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, WorldSize);
        if (tensor.numel() == 0)
            return;
        lock (_lock)
            _mpi.Broadcast(TensorData.Pointer(tensor), checked((int)(tensor.numel() * tensor.ElementSize)), root);
        GC.KeepAlive(tensor);
    }

    /// <summary>Waits until every process has come here.</summary>
    public void Barrier()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        lock (_lock)
            _mpi.Barrier();
    }

    /// <summary>Ends all processes of the job at once.</summary>
    /// <param name="exitCode">What <c>mpirun</c> is to return.</param>
    public void Abort(int exitCode = 1) => _mpi.Abort(exitCode);

    /// <summary>Leaves the job; waits for the others.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _mpi.Leave();
    }

    private void RequireDense(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!tensor.is_contiguous() && !MemoryFormats.ChannelsLast.get_is_channels_last(tensor))
            throw new ArgumentException($"Only dense tensors can be sent; the strides are [{string.Join(", ", tensor.stride())}].", nameof(tensor));
    }
}
