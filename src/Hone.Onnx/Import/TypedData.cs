using Google.Protobuf.Collections;
using Hone.Onnx.Protobuf;
using Hone.Tensors;

namespace Hone.Onnx.Import;

/// <summary>Reads tensors whose elements are stored in the typed fields; narrow types lie in wider ones.</summary>
internal static class TypedData
{
    /// <exception cref="ModelFormatException">The number of elements does not fit the shape.</exception>
    internal static Tensor Read(TensorProto proto, DataType type, TensorShape shape) => type switch
    {
        DataType.Float32 => Convert(proto, shape, proto.FloatData, x => x),
        DataType.Float64 => Convert(proto, shape, proto.DoubleData, x => x),
        DataType.Int64 => Convert(proto, shape, proto.Int64Data, x => x),
        DataType.UInt64 => Convert(proto, shape, proto.Uint64Data, x => x),
        DataType.UInt32 => Convert(proto, shape, proto.Uint64Data, x => unchecked((uint)x)),
        DataType.Int32 => Convert(proto, shape, proto.Int32Data, x => x),
        DataType.Int16 => Convert(proto, shape, proto.Int32Data, x => unchecked((short)x)),
        DataType.UInt16 => Convert(proto, shape, proto.Int32Data, x => unchecked((ushort)x)),
        DataType.Int8 => Convert(proto, shape, proto.Int32Data, x => unchecked((sbyte)x)),
        DataType.UInt8 => Convert(proto, shape, proto.Int32Data, x => unchecked((byte)x)),
        DataType.Bool => Convert(proto, shape, proto.Int32Data, x => x != 0),
        DataType.Float16 => Convert(proto, shape, proto.Int32Data, x => BitConverter.UInt16BitsToHalf(unchecked((ushort)x))),
        DataType.BFloat16 => Convert(proto, shape, proto.Int32Data, x => new BFloat16(unchecked((ushort)x))),
        DataType.Int4 or DataType.UInt4 => ReadPacked(proto, type, shape),
        DataType.String => ReadStrings(proto, shape),
        _ => throw TensorImporter.Broken(proto, $"has the element type {type.DisplayName()}, which is not read"),
    };

    private static Tensor Convert<TStored, T>(TensorProto proto, TensorShape shape, RepeatedField<TStored> stored, Func<TStored, T> convert)
        where T : unmanaged
    {
        CheckCount(proto, shape, shape.ElementCount, stored.Count);
        Tensor tensor = new(DataTypeExtensions.Of<T>(), shape);
        Span<T> elements = tensor.AsSpan<T>();
        for (int i = 0; i < elements.Length; i++)
            elements[i] = convert(stored[i]);
        return tensor;
    }

    private static Tensor ReadPacked(TensorProto proto, DataType type, TensorShape shape)
    {
        CheckCount(proto, shape, TensorImporter.ByteCount(proto, type, shape), proto.Int32Data.Count);
        return Tensor.FromBytes(type, shape, proto.Int32Data.Select(x => unchecked((byte)x)).ToArray());
    }

    private static Tensor ReadStrings(TensorProto proto, TensorShape shape)
    {
        CheckCount(proto, shape, shape.ElementCount, proto.StringData.Count);
        return Tensor.Create(proto.StringData.Select(s => s.ToStringUtf8()).ToArray(), shape);
    }

    private static void CheckCount(TensorProto proto, TensorShape shape, long expected, int actual)
    {
        if (actual != expected)
            throw TensorImporter.Broken(proto, $"of shape {shape} needs {expected} stored numbers, the file has {actual}");
    }
}
