using Google.Protobuf;
using Hone.Onnx.Import;
using Hone.Onnx.Protobuf;
using Hone.Tensors;

namespace Hone.Onnx;

/// <summary>Reads files that hold one tensor in ONNX's form, such as <c>input_0.pb</c> beside the models of the ONNX test data.</summary>
public static class OnnxTensorFile
{
    /// <summary>Reads a tensor from memory.</summary>
    /// <param name="bytes">A serialized <c>TensorProto</c>.</param>
    /// <returns>The name that the file gives, which may be empty, and the tensor, which the caller disposes.</returns>
    /// <exception cref="ModelFormatException">This is not such a file, or the tensor is of a type that Hone does not have.</exception>
    public static (string Name, Tensor Tensor) Load(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using ExternalData none = new(null);
            TensorProto proto = TensorProto.Parser.ParseFrom(bytes.Span);
            return (proto.Name, new TensorImporter(none).Read(proto));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ModelFormatException($"This is not a tensor in ONNX's form, or it is damaged: {e.Message}", e);
        }
    }
}
