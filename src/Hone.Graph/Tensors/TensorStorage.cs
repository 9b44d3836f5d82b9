using System.Runtime.InteropServices;

namespace Hone.Tensors;

/// <summary>A block of native memory, 64-byte aligned, shared by a tensor and its reshaped views and freed with the last of them.</summary>
internal sealed unsafe class TensorStorage
{
    internal const int Alignment = 64;

    private readonly bool _isBorrowed;
    private object? _owner;
    private int _references = 1;
    private void* _pointer;

    internal TensorStorage(long byteCount)
    {
        ByteCount = byteCount;
        _pointer = NativeMemory.AlignedAlloc((nuint)Math.Max(byteCount, 1), Alignment);
        NativeMemory.Clear(_pointer, (nuint)byteCount);
        if (byteCount > 0)
            GC.AddMemoryPressure(byteCount);
    }

    /// <summary>Wraps memory that someone else owns.</summary>
    /// <param name="pointer">Stays valid as long as <paramref name="owner"/> lives.</param>
    /// <param name="byteCount">Size of the memory.</param>
    /// <param name="owner">Kept alive by the storage; null when the caller sees to the lifetime.</param>
    internal TensorStorage(void* pointer, long byteCount, object? owner)
    {
        _pointer = pointer;
        _owner = owner;
        _isBorrowed = true;
        ByteCount = byteCount;
        GC.SuppressFinalize(this);
    }

    ~TensorStorage() => Free();

    internal long ByteCount { get; }

    internal void* Pointer => _pointer;

    internal TensorStorage Share()
    {
        Interlocked.Increment(ref _references);
        return this;
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) > 0)
            return;
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_pointer == null)
            return;
        if (_isBorrowed)
        {
            _pointer = null;
            _owner = null;
            return;
        }

        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
        if (ByteCount > 0)
            GC.RemoveMemoryPressure(ByteCount);
    }
}
