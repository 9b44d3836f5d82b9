using Hone.Onnx.Protobuf;
using Hone.Tensors;

namespace Hone.Onnx.Export;

/// <summary>Writes the bytes of large tensors one after another into the file beside the model.</summary>
internal sealed unsafe class ExternalDataWriter(Stream stream, string location, int threshold)
{
    private const int ChunkSize = 1 << 24;

    /// <summary>Tensors of a page and more start at a page, so that a reader can map them.</summary>
    private const int PageSize = 4096;

    private const int SmallAlignment = 64;

    /// <summary>Writes a tensor and refers to it, unless it is too small or cannot be external.</summary>
    internal bool TryWrite(Tensor tensor, TensorProto proto)
    {
        if (tensor.DataType == DataType.String || tensor.ByteCount < threshold || tensor.ByteCount == 0)
            return false;
        long offset = Align(tensor.ByteCount < PageSize ? SmallAlignment : PageSize);
        byte* bytes = (byte*)tensor.Pointer;
        for (long done = 0; done < tensor.ByteCount; done += ChunkSize)
            stream.Write(new ReadOnlySpan<byte>(bytes + done, (int)Math.Min(ChunkSize, tensor.ByteCount - done)));
        GC.KeepAlive(tensor);
        proto.DataLocation = TensorProto.Types.DataLocation.External;
        Add(proto, "location", location);
        Add(proto, "offset", offset.ToString());
        Add(proto, "length", tensor.ByteCount.ToString());
        return true;
    }

    private static void Add(TensorProto proto, string key, string value) => proto.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });

    private long Align(int alignment)
    {
        int padding = (int)(-stream.Position & (alignment - 1));
        stream.Write(new byte[padding]);
        return stream.Position;
    }
}
