using System.Runtime.InteropServices;

namespace Hone.Tensors;

/// <summary>A block of native memory, 64-byte aligned, shared by a tensor and its reshaped views and freed with the last of them.</summary>
internal sealed unsafe class TensorStorage
{
    internal const int Alignment = 64;

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
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
        if (ByteCount > 0)
            GC.RemoveMemoryPressure(ByteCount);
    }
}
