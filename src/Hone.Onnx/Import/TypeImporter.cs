using Hone.Graphs;
using Hone.Onnx.Protobuf;
using Hone.Tensors;

namespace Hone.Onnx.Import;

/// <summary>Reads the declared types of graph inputs.</summary>
internal static class TypeImporter
{
    /// <summary>The declared type; undefined, or null, as far as the file does not say it.</summary>
    /// <exception cref="ModelFormatException">A dimension is negative.</exception>
    internal static (DataType DataType, SymbolicShape? Shape) Read(ValueInfoProto info)
    {
        if (info.Type?.TensorType is not { } type)
            return (DataType.Undefined, null);
        DataType dataType = OnnxFormat.FindDataType(type.ElemType) ?? DataType.Undefined;
        return (dataType, type.Shape is { } shape ? new SymbolicShape([.. shape.Dim.Select(d => ReadDimension(d, info.Name))]) : null);
    }

    private static Dimension ReadDimension(TensorShapeProto.Types.Dimension dimension, string valueName) => dimension switch
    {
        // Several exporters write -1 where they mean that the dimension is not known.
        { HasDimValue: true, DimValue: -1 } => Dimension.Unknown,
        { HasDimValue: true, DimValue: < 0 } => throw new ModelFormatException($"The value '{valueName}' has the negative dimension {dimension.DimValue}."),
        { HasDimValue: true } => dimension.DimValue,
        { HasDimParam: true, DimParam.Length: > 0 } => Dimension.Symbolic(dimension.DimParam),
        _ => Dimension.Unknown,
    };
}
