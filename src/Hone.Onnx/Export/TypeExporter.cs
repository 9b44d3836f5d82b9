using Hone.Graphs;
using Hone.Onnx.Protobuf;
using Hone.Tensors;

namespace Hone.Onnx.Export;

/// <summary>Writes the types of values as far as they are known.</summary>
internal static class TypeExporter
{
    internal static ValueInfoProto Write(Value value) => Write(value, value.Name);

    internal static ValueInfoProto Write(Value value, string name)
    {
        ValueInfoProto proto = new() { Name = name };
        if (value.DataType == DataType.Undefined)
            return proto;
        TypeProto.Types.Tensor type = new() { ElemType = (int)value.DataType };
        if (value.Shape is { } shape)
        {
            type.Shape = new TensorShapeProto();
            foreach (Dimension dimension in shape)
                type.Shape.Dim.Add(Write(dimension));
        }

        proto.Type = new TypeProto { TensorType = type };
        return proto;
    }

    private static TensorShapeProto.Types.Dimension Write(Dimension dimension)
    {
        TensorShapeProto.Types.Dimension proto = new();
        if (dimension.IsFixed)
            proto.DimValue = dimension.Value;
        else if (dimension.Symbol is { } symbol)
            proto.DimParam = symbol;
        return proto;
    }
}
