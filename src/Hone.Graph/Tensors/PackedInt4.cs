namespace Hone.Tensors;

/// <summary>Packs and unpacks 4-bit integers as ONNX stores them: row-major, two to a byte, the first one in the low nibble.</summary>
public static class PackedInt4
{
    /// <summary>The elements of a 4-bit tensor, widened: 0..15 for <see cref="DataType.UInt4"/>, -8..7 for <see cref="DataType.Int4"/>.</summary>
    /// <exception cref="ArgumentException">The tensor has another data type.</exception>
    public static sbyte[] Unpack(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.DataType.BitWidth() != 4)
            throw new ArgumentException($"Expected a 4-bit tensor, got {tensor}.", nameof(tensor));
        bool signed = tensor.DataType == DataType.Int4;
        sbyte[] result = new sbyte[tensor.ElementCount];
        ReadOnlySpan<byte> bytes = tensor.Bytes;
        for (int i = 0; i < result.Length; i++)
        {
            int nibble = (bytes[i / 2] >> (4 * (i & 1))) & 0xF;
            result[i] = (sbyte)(signed ? (nibble ^ 8) - 8 : nibble);
        }

        return result;
    }

    /// <summary>Packs the low 4 bits of each element.</summary>
    /// <exception cref="ArgumentException">The data type is not a 4-bit one, or the number of elements does not fit the shape.</exception>
    public static Tensor Pack(DataType dataType, TensorShape shape, ReadOnlySpan<sbyte> elements)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (dataType.BitWidth() != 4 || shape.ElementCount != elements.Length)
            throw new ArgumentException($"{elements.Length} elements cannot be packed as {dataType.DisplayName()} {shape}.", nameof(elements));
        Tensor tensor = new(dataType, shape);
        Span<byte> bytes = tensor.Bytes;
        for (int i = 0; i < elements.Length; i++)
            bytes[i / 2] |= (byte)((elements[i] & 0xF) << (4 * (i & 1)));
        return tensor;
    }
}
