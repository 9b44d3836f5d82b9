using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hone.Tensors;

/// <summary>A dense row-major tensor over native memory that is aligned to 64 bytes (strings live in a managed array).</summary>
/// <remarks>
/// Disposing frees the memory at once; a tensor that is not disposed is freed by the garbage collector. A reshaped view shares the
/// memory and keeps it alive. Spans and pointers do not keep it alive: hold on to the tensor while they are in use.
/// A tensor is not synchronised: reading from several threads is safe while nobody writes.
/// </remarks>
public sealed unsafe partial class Tensor : IDisposable
{
    private readonly TensorStorage? _storage;
    private readonly string[]? _strings;
    private int _disposed;

    private Tensor(DataType dataType, TensorShape shape, TensorStorage storage)
    {
        DataType = dataType;
        Shape = shape;
        _storage = storage;
    }

    private Tensor(TensorShape shape, string[] strings)
    {
        DataType = DataType.String;
        Shape = shape;
        _strings = strings;
    }

    /// <summary>Creates a tensor filled with zeros (empty strings, false).</summary>
    /// <exception cref="ArgumentException">The data type is undefined.</exception>
    public Tensor(DataType dataType, TensorShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        DataType = dataType;
        Shape = shape;
        if (dataType == DataType.String)
        {
            _strings = new string[checked((int)shape.ElementCount)];
            Array.Fill(_strings, "");
            return;
        }

        if (dataType.BitWidth() == 0)
            throw new ArgumentException($"A tensor needs an element type; got {dataType}.", nameof(dataType));
        _storage = new TensorStorage(dataType.ByteCount(shape.ElementCount));
    }

    /// <value>Element type.</value>
    public DataType DataType { get; }

    /// <value>Dimensions.</value>
    public TensorShape Shape { get; }

    /// <value>Number of elements.</value>
    public long ElementCount => Shape.ElementCount;

    /// <value>Size of the elements in bytes; 0 for strings.</value>
    public long ByteCount => DataType.ByteCount(ElementCount);

    /// <value>Address of the first element, valid until the tensor and its views are disposed or collected.</value>
    /// <exception cref="InvalidOperationException">The tensor holds strings.</exception>
    /// <exception cref="ObjectDisposedException">The tensor is disposed.</exception>
    public nint Pointer => (nint)Address();

    /// <value>The raw bytes of the elements.</value>
    /// <exception cref="InvalidOperationException">The tensor holds strings, or more than 2^31-1 bytes.</exception>
    public Span<byte> Bytes => new(Address(), CheckedLength(ByteCount));

    /// <value>The elements of a string tensor.</value>
    /// <exception cref="InvalidOperationException">The data type is another one.</exception>
    public Span<string> Strings => _strings ?? throw new InvalidOperationException($"The tensor holds {DataType.DisplayName()}, not strings.");

    /// <summary>The elements, for types that fill whole bytes.</summary>
    /// <typeparam name="T">The .NET type that <see cref="DataTypeExtensions.Of{T}"/> maps to this tensor's data type.</typeparam>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> is not the element type, or there are more than 2^31-1 elements.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged
    {
        if (DataTypeExtensions.Of<T>() != DataType)
            throw new InvalidOperationException($"The tensor holds {DataType.DisplayName()}, not {DataTypeExtensions.Of<T>().DisplayName()}.");
        return new Span<T>(Address(), CheckedLength(ElementCount));
    }

    /// <summary>The value of a tensor of one element.</summary>
    /// <exception cref="InvalidOperationException">There is not exactly one element, or <typeparamref name="T"/> is not its type.</exception>
    public T Item<T>()
        where T : unmanaged
    {
        if (ElementCount != 1)
            throw new InvalidOperationException($"Item needs a tensor of one element; this one is {Shape}.");
        T value = AsSpan<T>()[0];
        GC.KeepAlive(this);
        return value;
    }

    /// <summary>A tensor of another shape over the same memory.</summary>
    /// <exception cref="ArgumentException">The number of elements differs.</exception>
    public Tensor Reshape(TensorShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.ElementCount != ElementCount)
            throw new ArgumentException($"Cannot reshape {Shape} to {shape}: the numbers of elements differ.", nameof(shape));
        return _strings is not null ? new Tensor(shape, _strings) : new Tensor(DataType, shape, Storage().Share());
    }

    /// <summary>A tensor of the same bits with a copy of its own.</summary>
    public Tensor Clone()
    {
        if (_strings is not null)
            return new Tensor(Shape, (string[])_strings.Clone());
        Tensor copy = new(DataType, Shape);
        NativeMemory.Copy(Address(), copy.Address(), (nuint)ByteCount);
        GC.KeepAlive(this);
        return copy;
    }

    /// <summary>Frees the memory, unless a view still uses it. Safe to call more than once.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _storage?.Release();
    }

    /// <summary>For example <c>float32 [1, 3, 224, 224]</c>.</summary>
    public override string ToString() => $"{DataType.DisplayName()} {Shape}";

    private static int CheckedLength(long length) =>
        length <= int.MaxValue
            ? (int)length
            : throw new InvalidOperationException($"A span cannot cover {length} elements; use the pointer.");

    private TensorStorage Storage()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _storage ?? throw new InvalidOperationException("A string tensor has no native memory.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void* Address() => Storage().Pointer;
}
