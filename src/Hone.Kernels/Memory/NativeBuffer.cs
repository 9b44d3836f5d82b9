using System.Runtime.InteropServices;

namespace Hone.Kernels.Memory;

/// <summary>Aligned native memory, filled with zeros, with readable slack behind its end.</summary>
/// <remarks>Not for sharing between threads while it is disposed.</remarks>
public sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>Alignment of the first byte.</summary>
    public const int Alignment = 128;

    private const int Slack = 64;
    private byte* _pointer;

    /// <summary>Allocates a buffer.</summary>
    /// <param name="length">Length in bytes, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="OutOfMemoryException">The system has no such memory.</exception>
    public NativeBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        nuint size = (nuint)length + Slack;
        _pointer = HugePages.Allocate(size, Alignment);
        NativeMemory.Clear(_pointer, size);
        GC.AddMemoryPressure((long)size);
    }

    /// <summary>Frees the memory.</summary>
    ~NativeBuffer() => Free();

    /// <summary>The first byte.</summary>
    public byte* Pointer => _pointer;

    /// <summary>Length in bytes, without the slack.</summary>
    public long Length { get; }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_pointer is not null)
        {
            NativeMemory.AlignedFree(_pointer);
            _pointer = null;
            GC.RemoveMemoryPressure(Length + Slack);
        }
    }
}
