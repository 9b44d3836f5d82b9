using Hone.Onnx.Protobuf;
using Hone.Tensors;

namespace Hone.Onnx.Import;

/// <summary>Reads tensors in every encoding of the format. No memory is taken before the file has shown as much data.</summary>
internal sealed class TensorImporter(ExternalData externalData)
{
    /// <summary>Sparse tensors alone may be much larger in memory than in the file.</summary>
    private const long LargestDenseForm = 1L << 30;

    /// <exception cref="ModelFormatException">The tensor breaks the format.</exception>
    internal Tensor Read(TensorProto proto)
    {
        DataType type = OnnxFormat.FindDataType(proto.DataType)
            ?? throw Broken(proto, $"has the element type {OnnxFormat.DataTypeName(proto.DataType)}, which Hone does not have");
        TensorShape shape = ReadShape(proto.Dims, proto);
        if (proto.Segment is not null)
            throw Broken(proto, "is split into segments, which the format has given up");
        if (proto.DataLocation == TensorProto.Types.DataLocation.External)
            return externalData.Read(proto, type, shape);
        Tensor tensor = proto.HasRawData && type != DataType.String ? ReadRaw(proto, type, shape) : TypedData.Read(proto, type, shape);
        // Large models would otherwise be in memory twice until the last tensor is read.
        proto.ClearRawData();
        return tensor;
    }

    /// <summary>Reads a sparse tensor in coordinate form as a dense one.</summary>
    /// <exception cref="ModelFormatException">The tensor breaks the format, or its dense form is absurdly large.</exception>
    internal Tensor ReadSparse(SparseTensorProto proto)
    {
        if (proto.Values is null || proto.Indices is null)
            throw new ModelFormatException("A sparse tensor lacks its values or indices.");
        using Tensor values = Read(proto.Values);
        using Tensor indices = Read(proto.Indices);
        TensorShape shape = ReadShape(proto.Dims, proto.Values);
        int width = values.DataType.BitWidth() / 8;
        if (width == 0)
            throw Broken(proto.Values, $"is sparse and of {values.DataType.DisplayName()}, which is not supported");
        if (indices.DataType != DataType.Int64)
            throw Broken(proto.Indices, "holds the indices of a sparse tensor and must be int64");
        if (shape.ElementCount > LargestDenseForm / width)
            throw Broken(proto.Values, $"is sparse; its dense form {shape} is too large");
        long[] positions = LinearPositions(indices, values.ElementCount, shape, proto.Values);
        Tensor dense = new(values.DataType, shape);
        for (int i = 0; i < positions.Length; i++)
            values.Bytes.Slice(i * width, width).CopyTo(dense.Bytes[checked((int)positions[i] * width)..]);
        return dense;
    }

    /// <summary>The position of each value in row-major order. Indices are [count] of such positions, or [count, rank] of coordinates.</summary>
    private static long[] LinearPositions(Tensor indices, long count, TensorShape shape, TensorProto proto)
    {
        ReadOnlySpan<long> given = indices.AsSpan<long>();
        int coordinates = indices.Shape.Rank == 2 ? shape.Rank : 1;
        if (indices.Shape.Rank is < 1 or > 2 || indices.Shape[0] != count || given.Length != count * coordinates)
            throw Broken(proto, $"is sparse; indices {indices.Shape} do not fit {count} values of a tensor {shape}");
        long[] strides = indices.Shape.Rank == 2 ? shape.Strides() : [1];
        long[] positions = new long[count];
        for (int i = 0; i < positions.Length; i++)
        {
            for (int axis = 0; axis < coordinates; axis++)
            {
                long index = given[i * coordinates + axis];
                long end = indices.Shape.Rank == 2 ? shape[axis] : shape.ElementCount;
                if (index < 0 || index >= end)
                    throw Broken(proto, $"is sparse; its index {index} does not lie in 0..{end - 1}");
                positions[i] += index * strides[axis];
            }
        }

        return positions;
    }

    private static Tensor ReadRaw(TensorProto proto, DataType type, TensorShape shape)
    {
        long expected = ByteCount(proto, type, shape);
        if (proto.RawData.Length != expected)
            throw Broken(proto, $"is {type.DisplayName()} {shape} and needs {expected} bytes, the file has {proto.RawData.Length}");
        Tensor tensor = Tensor.FromBytes(type, shape, proto.RawData.Span);
        NormalizeBooleans(tensor);
        return tensor;
    }

    /// <summary>Any other byte than 0 and 1 in a .NET bool makes comparisons lie.</summary>
    internal static void NormalizeBooleans(Tensor tensor)
    {
        if (tensor.DataType != DataType.Bool)
            return;
        foreach (ref byte element in tensor.Bytes)
            element = element != 0 ? (byte)1 : (byte)0;
    }

    internal static long ByteCount(TensorProto proto, DataType type, TensorShape shape)
    {
        try
        {
            return type.ByteCount(shape.ElementCount);
        }
        catch (OverflowException e)
        {
            throw new ModelFormatException($"The tensor '{proto.Name}' {shape} is larger than any memory.", e);
        }
    }

    internal static ModelFormatException Broken(TensorProto proto, string what) => new($"The tensor '{proto.Name}' {what}.");

    private static TensorShape ReadShape(IEnumerable<long> dimensions, TensorProto proto)
    {
        try
        {
            return new TensorShape([.. dimensions]);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw new ModelFormatException($"The tensor '{proto.Name}' has impossible dimensions [{string.Join(", ", dimensions)}].", e);
        }
    }
}
