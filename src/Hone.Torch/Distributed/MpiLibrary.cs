using System.Runtime.InteropServices;

namespace Hone.Torch.Distributed;

/// <summary>The functions of Open MPI that gradients need, from the library that the system has installed (Debian: <c>openmpi-bin</c>).</summary>
/// <remarks>MPI standard 3.1. Open MPI names its communicators, types and operations by the addresses of global objects.</remarks>
internal sealed unsafe class MpiLibrary
{
    private const int ThreadSerialized = 2;
    private static readonly Lazy<MpiLibrary> s_instance = new(() => new MpiLibrary());

    private readonly nint _library;
    private readonly delegate* unmanaged<nint, nint, int, int*, int> _init;
    private readonly delegate* unmanaged<int*, int> _isInitialized;
    private readonly delegate* unmanaged<int> _finalize;
    private readonly delegate* unmanaged<nint, int, int> _abort;
    private readonly delegate* unmanaged<nint, int*, int> _rank;
    private readonly delegate* unmanaged<nint, int*, int> _size;
    private readonly delegate* unmanaged<nint, int> _barrier;
    private readonly delegate* unmanaged<nint, int, nint, int, nint, int> _broadcast;
    private readonly delegate* unmanaged<nint, nint, int, nint, nint, nint, int> _allReduce;
    private readonly nint _world;
    private readonly nint _bytes;
    private readonly nint _float;
    private readonly nint _double;
    private readonly nint _sum;

    private MpiLibrary()
    {
        if (!TryLoad(out _library))
            throw new HoneException("Open MPI is not installed: libmpi.so.40 was not found. On Debian: apt install openmpi-bin.");
        _init = (delegate* unmanaged<nint, nint, int, int*, int>)Find("MPI_Init_thread");
        _isInitialized = (delegate* unmanaged<int*, int>)Find("MPI_Initialized");
        _finalize = (delegate* unmanaged<int>)Find("MPI_Finalize");
        _abort = (delegate* unmanaged<nint, int, int>)Find("MPI_Abort");
        _rank = (delegate* unmanaged<nint, int*, int>)Find("MPI_Comm_rank");
        _size = (delegate* unmanaged<nint, int*, int>)Find("MPI_Comm_size");
        _barrier = (delegate* unmanaged<nint, int>)Find("MPI_Barrier");
        _broadcast = (delegate* unmanaged<nint, int, nint, int, nint, int>)Find("MPI_Bcast");
        _allReduce = (delegate* unmanaged<nint, nint, int, nint, nint, nint, int>)Find("MPI_Allreduce");
        _world = Find("ompi_mpi_comm_world");
        _bytes = Find("ompi_mpi_byte");
        _float = Find("ompi_mpi_float");
        _double = Find("ompi_mpi_double");
        _sum = Find("ompi_mpi_op_sum");
    }

    /// <exception cref="HoneException">Open MPI is not installed, or another MPI is.</exception>
    internal static MpiLibrary Instance => s_instance.Value;

    internal static bool IsInstalled => TryLoad(out _);

    /// <summary>Joins the job. Every process of it must call this.</summary>
    internal void Initialize()
    {
        int initialized;
        Check(_isInitialized(&initialized), "MPI_Initialized");
        if (initialized != 0)
            return;
        // Open MPI would take over the signals that .NET turns into NullReferenceException.
        _ = SetEnvironment("OMPI_MCA_opal_signal", "6", 0);
        // Whoever waits for another process leaves the core to the backward pass.
        _ = SetEnvironment("OMPI_MCA_mpi_yield_when_idle", "1", 0);
        int provided;
        Check(_init(0, 0, ThreadSerialized, &provided), "MPI_Init_thread");
        if (provided < ThreadSerialized)
            throw new HoneException("This Open MPI was built without support for threads.");
    }

    internal int Rank()
    {
        int rank;
        Check(_rank(_world, &rank), "MPI_Comm_rank");
        return rank;
    }

    internal int Size()
    {
        int size;
        Check(_size(_world, &size), "MPI_Comm_size");
        return size;
    }

    internal void Barrier() => Check(_barrier(_world), "MPI_Barrier");

    internal void Broadcast(nint data, int byteCount, int root) => Check(_broadcast(data, byteCount, _bytes, root, _world), "MPI_Bcast");

    /// <summary>Sums in place over all processes.</summary>
    internal void Sum(nint data, int count, bool isDouble)
    {
        const nint InPlace = 1;
        Check(_allReduce(InPlace, data, count, isDouble ? _double : _float, _sum, _world), "MPI_Allreduce");
    }

    internal void Leave() => Check(_finalize(), "MPI_Finalize");

    internal void Abort(int code) => _ = _abort(_world, code);

    private static bool TryLoad(out nint library) => NativeLibrary.TryLoad("libmpi.so.40", out library) || NativeLibrary.TryLoad("libmpi.so", out library);

    private static void Check(int status, string function)
    {
        if (status != 0)
            throw new HoneException($"{function} failed with code {status}.");
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int SetEnvironment(string name, string value, int overwrite);

    private nint Find(string name) => NativeLibrary.TryGetExport(_library, name, out nint address)
        ? address
        : throw new HoneException($"The installed MPI library does not export '{name}'; Hone works with Open MPI.");
}
