namespace Hone.Tensors;

/// <summary>Facts about data types.</summary>
public static class DataTypeExtensions
{
    /// <summary>Size of one element in bits; 0 for <see cref="DataType.String"/> and <see cref="DataType.Undefined"/>.</summary>
    public static int BitWidth(this DataType type) => type switch
    {
        DataType.UInt4 or DataType.Int4 => 4,
        DataType.UInt8 or DataType.Int8 or DataType.Bool => 8,
        DataType.UInt16 or DataType.Int16 or DataType.Float16 or DataType.BFloat16 => 16,
        DataType.Float32 or DataType.Int32 or DataType.UInt32 => 32,
        DataType.Float64 or DataType.Int64 or DataType.UInt64 => 64,
        _ => 0,
    };

    /// <summary>Bytes that <paramref name="elementCount"/> elements take; 4-bit types round up to a whole byte.</summary>
    public static long ByteCount(this DataType type, long elementCount) => checked((elementCount * type.BitWidth() + 7) / 8);

    /// <summary>Whether the type is a floating-point one, of any width.</summary>
    public static bool IsFloatingPoint(this DataType type) =>
        type is DataType.Float32 or DataType.Float64 or DataType.Float16 or DataType.BFloat16;

    /// <summary>Whether the type is an integer, of any width and sign; <see cref="DataType.Bool"/> is not.</summary>
    public static bool IsInteger(this DataType type) => type.IsSignedInteger() || type.IsUnsignedInteger();

    /// <summary>Whether the type is a signed integer, of any width.</summary>
    public static bool IsSignedInteger(this DataType type) =>
        type is DataType.Int4 or DataType.Int8 or DataType.Int16 or DataType.Int32 or DataType.Int64;

    /// <summary>Whether the type is an unsigned integer, of any width; <see cref="DataType.Bool"/> is not.</summary>
    public static bool IsUnsignedInteger(this DataType type) =>
        type is DataType.UInt4 or DataType.UInt8 or DataType.UInt16 or DataType.UInt32 or DataType.UInt64;

    /// <summary>Smallest and largest value of an integer type of at most 32 bits.</summary>
    /// <exception cref="ArgumentException"><paramref name="type"/> is not such a type.</exception>
    public static (long Minimum, long Maximum) IntegerRange(this DataType type)
    {
        int bits = type.BitWidth();
        if (!type.IsInteger() || bits > 32)
            throw new ArgumentException($"{type} is not an integer type of at most 32 bits.", nameof(type));
        return type.IsSignedInteger() ? (-(1L << (bits - 1)), (1L << (bits - 1)) - 1) : (0, (1L << bits) - 1);
    }

    /// <summary>The name that ONNX and PyTorch use, for example <c>float32</c>.</summary>
    public static string DisplayName(this DataType type) => type.ToString().ToLowerInvariant();

    /// <summary>The data type whose elements are <typeparamref name="T"/> in memory.</summary>
    /// <exception cref="NotSupportedException">No data type is stored as <typeparamref name="T"/>.</exception>
    public static DataType Of<T>()
    {
        if (typeof(T) == typeof(float)) return DataType.Float32;
        if (typeof(T) == typeof(double)) return DataType.Float64;
        if (typeof(T) == typeof(Half)) return DataType.Float16;
        if (typeof(T) == typeof(BFloat16)) return DataType.BFloat16;
        if (typeof(T) == typeof(byte)) return DataType.UInt8;
        if (typeof(T) == typeof(sbyte)) return DataType.Int8;
        if (typeof(T) == typeof(ushort)) return DataType.UInt16;
        if (typeof(T) == typeof(short)) return DataType.Int16;
        if (typeof(T) == typeof(uint)) return DataType.UInt32;
        if (typeof(T) == typeof(int)) return DataType.Int32;
        if (typeof(T) == typeof(ulong)) return DataType.UInt64;
        if (typeof(T) == typeof(long)) return DataType.Int64;
        if (typeof(T) == typeof(bool)) return DataType.Bool;
        if (typeof(T) == typeof(string)) return DataType.String;
        throw new NotSupportedException($"No tensor data type is stored as {typeof(T)}.");
    }
}
