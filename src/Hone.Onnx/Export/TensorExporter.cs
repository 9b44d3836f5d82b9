using Google.Protobuf;
using Hone.Onnx.Protobuf;
using Hone.Tensors;

namespace Hone.Onnx.Export;

/// <summary>Writes tensors as raw bytes, inside the model or beside it.</summary>
internal sealed class TensorExporter(ExternalDataWriter? externalData)
{
    internal TensorProto Write(string name, Tensor tensor)
    {
        TensorProto proto = new() { DataType = (int)tensor.DataType, Name = name };
        proto.Dims.AddRange(tensor.Shape);
        if (tensor.DataType == DataType.String)
        {
            foreach (string text in tensor.Strings)
                proto.StringData.Add(ByteString.CopyFromUtf8(text));
        }
        else if (externalData?.TryWrite(tensor, proto) != true)
        {
            proto.RawData = UnsafeByteOperations.UnsafeWrap(new TensorMemory(tensor).Memory);
        }

        return proto;
    }
}
