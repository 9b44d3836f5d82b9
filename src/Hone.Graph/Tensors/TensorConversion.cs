using System.Numerics;

namespace Hone.Tensors;

/// <summary>Moves elements between the type they are stored in and the type to compute in.</summary>
internal static class TensorConversion
{
    /// <summary>The elements as <typeparamref name="T"/>: the tensor's own memory where it holds that type, else a converted copy.</summary>
    /// <typeparam name="T">At least as wide as the stored type, integer for integers.</typeparam>
    public static ReadOnlySpan<T> Widen<T>(Tensor tensor)
        where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.DataType == DataTypeExtensions.Of<T>())
            return tensor.AsSpan<T>();
        return tensor.DataType switch
        {
            DataType.Float16 => Convert<Half, T>(tensor.AsSpan<Half>()),
            DataType.BFloat16 => FromBFloat16<T>(tensor.AsSpan<BFloat16>()),
            DataType.Float32 => Convert<float, T>(tensor.AsSpan<float>()),
            DataType.Float64 => Convert<double, T>(tensor.AsSpan<double>()),
            DataType.Int4 or DataType.UInt4 => Convert<sbyte, T>(PackedInt4.Unpack(tensor)),
            DataType.Int8 => Convert<sbyte, T>(tensor.AsSpan<sbyte>()),
            DataType.UInt8 => Convert<byte, T>(tensor.AsSpan<byte>()),
            DataType.Int16 => Convert<short, T>(tensor.AsSpan<short>()),
            DataType.UInt16 => Convert<ushort, T>(tensor.AsSpan<ushort>()),
            DataType.Int32 => Convert<int, T>(tensor.AsSpan<int>()),
            DataType.UInt32 => Convert<uint, T>(tensor.AsSpan<uint>()),
            DataType.Int64 => Convert<long, T>(tensor.AsSpan<long>()),
            _ => throw new InvalidOperationException($"The tensor holds {tensor.DataType.DisplayName()}, which does not convert to {typeof(T).Name}."),
        };
    }

    /// <summary>A tensor of the type from computed elements: floating-point ones are rounded once, integers must be in range.</summary>
    public static Tensor Narrow<T>(ReadOnlySpan<T> elements, DataType dataType, TensorShape shape)
        where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (dataType.BitWidth() == 4)
            return PackedInt4.Pack(dataType, shape, Convert<T, sbyte>(elements));
        if (shape.ElementCount != elements.Length)
            throw new ArgumentException($"The shape {shape} does not hold {elements.Length} elements.", nameof(shape));
        Tensor tensor = new(dataType, shape);
        switch (dataType)
        {
            case DataType.Float32: Convert(elements, tensor.AsSpan<float>()); break;
            case DataType.Float64: Convert(elements, tensor.AsSpan<double>()); break;
            case DataType.Float16: Convert(elements, tensor.AsSpan<Half>()); break;
            case DataType.BFloat16: ToBFloat16(elements, tensor.AsSpan<BFloat16>()); break;
            case DataType.Int8: Convert(elements, tensor.AsSpan<sbyte>()); break;
            case DataType.UInt8: Convert(elements, tensor.AsSpan<byte>()); break;
            case DataType.Int16: Convert(elements, tensor.AsSpan<short>()); break;
            case DataType.UInt16: Convert(elements, tensor.AsSpan<ushort>()); break;
            case DataType.Int32: Convert(elements, tensor.AsSpan<int>()); break;
            case DataType.UInt32: Convert(elements, tensor.AsSpan<uint>()); break;
            case DataType.Int64: Convert(elements, tensor.AsSpan<long>()); break;
            case DataType.UInt64: Convert(elements, tensor.AsSpan<ulong>()); break;
            default: throw new InvalidOperationException($"{typeof(T).Name} does not convert to {dataType.DisplayName()}.");
        }

        return tensor;
    }

    private static TTo[] Convert<TFrom, TTo>(ReadOnlySpan<TFrom> source)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        TTo[] result = new TTo[source.Length];
        Convert(source, result.AsSpan());
        return result;
    }

    private static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> source, Span<TTo> destination)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        for (int i = 0; i < source.Length; i++)
            destination[i] = TTo.CreateTruncating(source[i]);
    }

    private static T[] FromBFloat16<T>(ReadOnlySpan<BFloat16> source)
        where T : unmanaged, INumber<T>
    {
        T[] result = new T[source.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = T.CreateTruncating((float)source[i]);
        return result;
    }

    private static void ToBFloat16<T>(ReadOnlySpan<T> source, Span<BFloat16> destination)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < source.Length; i++)
            destination[i] = (BFloat16)float.CreateTruncating(source[i]);
    }
}
