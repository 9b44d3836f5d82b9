using System.Buffers;
using Hone.Tensors;

namespace Hone.Onnx.Export;

/// <summary>Lets the serializer read a tensor's native memory in place.</summary>
internal sealed unsafe class TensorMemory(Tensor tensor) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => tensor.Bytes;

    public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)tensor.Pointer + elementIndex, default, this);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
