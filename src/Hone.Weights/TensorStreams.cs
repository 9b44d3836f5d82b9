using Hone.Tensors;

namespace Hone.Weights;

/// <summary>Moves the elements of tensors of any size to and from streams.</summary>
internal static unsafe class TensorStreams
{
    private const int ChunkBytes = 1 << 24;

    /// <exception cref="EndOfStreamException">The stream ends before the tensor is full.</exception>
    internal static void Fill(Stream stream, Tensor tensor)
    {
        byte* destination = (byte*)tensor.Pointer;
        for (long done = 0; done < tensor.ByteCount;)
        {
            int count = (int)Math.Min(ChunkBytes, tensor.ByteCount - done);
            stream.ReadExactly(new Span<byte>(destination + done, count));
            done += count;
        }

        Normalize(tensor);
        GC.KeepAlive(tensor);
    }

    internal static void Write(Tensor tensor, Stream stream)
    {
        byte* source = (byte*)tensor.Pointer;
        for (long done = 0; done < tensor.ByteCount;)
        {
            int count = (int)Math.Min(ChunkBytes, tensor.ByteCount - done);
            stream.Write(new ReadOnlySpan<byte>(source + done, count));
            done += count;
        }

        GC.KeepAlive(tensor);
    }

    /// <summary>A truth value in .NET is 0 or 1, in a file it may be any byte.</summary>
    internal static void Normalize(Tensor tensor)
    {
        if (tensor.DataType != DataType.Bool)
            return;
        byte* bytes = (byte*)tensor.Pointer;
        for (long i = 0; i < tensor.ByteCount; i++)
            bytes[i] = bytes[i] != 0 ? (byte)1 : (byte)0;
    }
}
