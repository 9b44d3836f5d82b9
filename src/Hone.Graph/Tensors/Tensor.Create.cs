namespace Hone.Tensors;

public sealed unsafe partial class Tensor
{
    /// <summary>Creates a tensor from a copy of its elements in row-major order.</summary>
    /// <param name="elements">As many as the product of <paramref name="dimensions"/>.</param>
    /// <param name="dimensions">None makes a scalar.</param>
    /// <exception cref="ArgumentException">The number of elements does not fit the dimensions.</exception>
    public static Tensor Create<T>(ReadOnlySpan<T> elements, params ReadOnlySpan<long> dimensions)
        where T : unmanaged
    {
        TensorShape shape = new(dimensions);
        if (shape.ElementCount != elements.Length)
            throw new ArgumentException($"The shape {shape} has {shape.ElementCount} elements, {elements.Length} were given.", nameof(elements));
        Tensor tensor = new(DataTypeExtensions.Of<T>(), shape);
        elements.CopyTo(tensor.AsSpan<T>());
        return tensor;
    }

    /// <summary>Creates a tensor from a copy of an array in row-major order.</summary>
    /// <inheritdoc cref="Create{T}(ReadOnlySpan{T}, ReadOnlySpan{long})"/>
    public static Tensor Create<T>(T[] elements, params ReadOnlySpan<long> dimensions)
        where T : unmanaged => Create((ReadOnlySpan<T>)elements, dimensions);

    /// <summary>Creates a one-dimensional tensor from a copy of its elements.</summary>
    public static Tensor Vector<T>(params ReadOnlySpan<T> elements)
        where T : unmanaged => Create(elements, elements.Length);

    /// <summary>Creates a tensor without dimensions.</summary>
    public static Tensor Scalar<T>(T value)
        where T : unmanaged => Create<T>([value]);

    /// <summary>Creates a string tensor from a copy of its elements.</summary>
    /// <exception cref="ArgumentException">The number of elements does not fit the shape.</exception>
    public static Tensor Create(ReadOnlySpan<string> elements, TensorShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.ElementCount != elements.Length)
            throw new ArgumentException($"The shape {shape} has {shape.ElementCount} elements, {elements.Length} were given.", nameof(elements));
        return new Tensor(shape, elements.ToArray());
    }

    /// <summary>Creates a tensor from a copy of its raw little-endian bytes, as ONNX's <c>raw_data</c> stores them.</summary>
    /// <exception cref="ArgumentException">The number of bytes does not fit the type and shape, or the type is string.</exception>
    public static Tensor FromBytes(DataType dataType, TensorShape shape, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (dataType.BitWidth() == 0 || dataType.ByteCount(shape.ElementCount) != bytes.Length)
            throw new ArgumentException($"{dataType.DisplayName()} {shape} does not take {bytes.Length} bytes.", nameof(bytes));
        Tensor tensor = new(dataType, shape);
        bytes.CopyTo(tensor.Bytes);
        return tensor;
    }

    /// <summary>A tensor over memory that someone else owns; disposing it leaves the memory alone.</summary>
    /// <param name="dataType">Any type but string.</param>
    /// <param name="shape">Its elements lie in the memory in row-major order.</param>
    /// <param name="pointer">Address of the first element, aligned to the element type.</param>
    /// <param name="owner">Kept alive by the tensor; null when the caller sees to it that the memory outlives the tensor.</param>
    /// <exception cref="ArgumentException">The data type has no native form, or the address is null.</exception>
    public static Tensor OverMemory(DataType dataType, TensorShape shape, nint pointer, object? owner = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (dataType.BitWidth() == 0 || pointer == 0)
            throw new ArgumentException($"No {dataType.DisplayName()} tensor can lie at address {pointer}.", nameof(pointer));
        return new Tensor(dataType, shape, new TensorStorage((void*)pointer, dataType.ByteCount(shape.ElementCount), owner));
    }

    /// <summary>Whether type, shape and every bit are the same.</summary>
    public bool BitwiseEquals(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (DataType != other.DataType || !Shape.Equals(other.Shape))
            return false;
        if (DataType == DataType.String)
            return Strings.SequenceEqual(other.Strings);
        byte* left = (byte*)Address();
        byte* right = (byte*)other.Address();
        const int Chunk = 1 << 30;
        for (long offset = 0; offset < ByteCount; offset += Chunk)
        {
            int length = (int)Math.Min(Chunk, ByteCount - offset);
            if (!new ReadOnlySpan<byte>(left + offset, length).SequenceEqual(new ReadOnlySpan<byte>(right + offset, length)))
                return false;
        }

        return true;
    }

    /// <summary>The elements of an integer tensor of any width, widened; the common case of shapes, axes and indices.</summary>
    /// <exception cref="InvalidOperationException">The element type is not an integer.</exception>
    public long[] ToInt64Array()
    {
        long[] result = DataType switch
        {
            DataType.Int64 => AsSpan<long>().ToArray(),
            DataType.Int32 => Widen<int>(AsSpan<int>()),
            DataType.Int16 => Widen<short>(AsSpan<short>()),
            DataType.Int8 => Widen<sbyte>(AsSpan<sbyte>()),
            DataType.UInt32 => Widen<uint>(AsSpan<uint>()),
            DataType.UInt16 => Widen<ushort>(AsSpan<ushort>()),
            DataType.UInt8 => Widen<byte>(AsSpan<byte>()),
            DataType.UInt64 => Widen<ulong>(AsSpan<ulong>()),
            DataType.Int4 or DataType.UInt4 => Widen<sbyte>(PackedInt4.Unpack(this)),
            _ => throw new InvalidOperationException($"The tensor holds {DataType.DisplayName()}, not integers."),
        };
        GC.KeepAlive(this);
        return result;

        static long[] Widen<T>(ReadOnlySpan<T> source)
            where T : unmanaged, System.Numerics.INumberBase<T>
        {
            long[] result = new long[source.Length];
            for (int i = 0; i < result.Length; i++)
                result[i] = long.CreateChecked(source[i]);
            return result;
        }
    }

    /// <summary>The elements of a floating-point tensor of any width as binary32, or of an integer one converted.</summary>
    /// <exception cref="InvalidOperationException">The element type is neither.</exception>
    public float[] ToSingleArray()
    {
        float[] result = DataType switch
        {
            DataType.Float32 => AsSpan<float>().ToArray(),
            DataType.Float64 => Array.ConvertAll(AsSpan<double>().ToArray(), x => (float)x),
            DataType.Float16 => Array.ConvertAll(AsSpan<Half>().ToArray(), x => (float)x),
            DataType.BFloat16 => Array.ConvertAll(AsSpan<BFloat16>().ToArray(), x => (float)x),
            DataType.Bool => Array.ConvertAll(AsSpan<bool>().ToArray(), x => x ? 1f : 0f),
            _ => Array.ConvertAll(ToInt64Array(), x => (float)x),
        };
        GC.KeepAlive(this);
        return result;
    }
}
