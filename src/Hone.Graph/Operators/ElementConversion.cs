using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Hone.Tensors;

namespace Hone.Operators;

/// <summary>Converts the elements of tensors from one type to another by the rules of ONNX's <c>Cast</c>.</summary>
/// <remarks>
/// Floating point to integer cuts the fraction off and keeps the low bits; integer to integer keeps the low bits; anything to floating point
/// rounds to nearest even; anything to bool is whether it differs from 0.
/// </remarks>
internal static class ElementConversion
{
    private const int ChunkLength = 4096;

    /// <summary>A new tensor of the same shape and another element type.</summary>
    /// <exception cref="HoneException">A string is not a number.</exception>
    public static Tensor Convert(Tensor tensor, DataType dataType)
    {
        if (dataType == tensor.DataType)
            return tensor.Clone();
        bool hasStrings = tensor.DataType == DataType.String || dataType == DataType.String;
        if (!hasStrings && (tensor.DataType.BitWidth() == 4 || dataType.BitWidth() == 4))
            return ConvertPacked(tensor, dataType);
        Tensor result = new(dataType, tensor.Shape);
        if (dataType == DataType.String)
            Format(tensor, result.Strings);
        else if (tensor.DataType == DataType.String)
            ConvertStrings(tensor, result);
        else if (tensor.DataType.IsFloatingPoint() || (tensor.DataType == DataType.UInt64 && dataType.IsFloatingPoint()))
            ConvertByDouble(tensor, result);
        else
            ConvertByInt64(tensor, result);
        return result;
    }

    /// <summary>The elements of a numeric or bool tensor as binary64.</summary>
    public static double[] ToDoubles(Tensor tensor)
    {
        using Tensor converted = Convert(tensor, DataType.Float64);
        return converted.AsSpan<double>().ToArray();
    }

    private static void ConvertByDouble(Tensor from, Tensor to)
    {
        double[] chunk = new double[ChunkLength];
        int count = checked((int)from.ElementCount);
        for (int start = 0; start < count; start += ChunkLength)
        {
            Span<double> part = chunk.AsSpan(0, Math.Min(ChunkLength, count - start));
            switch (from.DataType)
            {
                case DataType.Float32: Read(from.AsSpan<float>(), part, start); break;
                case DataType.Float64: Read(from.AsSpan<double>(), part, start); break;
                case DataType.Float16: Read(from.AsSpan<Half>(), part, start); break;
                case DataType.BFloat16: Read(from.AsSpan<BFloat16>(), part, start, x => x); break;
                default: Read(from.AsSpan<ulong>(), part, start); break;
            }

            switch (to.DataType)
            {
                case DataType.Float32: Write(part, to.AsSpan<float>(), start); break;
                case DataType.Float64: Write(part, to.AsSpan<double>(), start); break;
                case DataType.Float16: Write(part, to.AsSpan<Half>(), start); break;
                case DataType.BFloat16: Write(part, to.AsSpan<BFloat16>(), start, x => (BFloat16)(float)x); break;
                case DataType.Bool: Write(part, to.AsSpan<bool>(), start, x => x != 0); break;
                case DataType.Int8: Write(part, to.AsSpan<sbyte>(), start, x => (sbyte)ToInt64(x)); break;
                case DataType.Int16: Write(part, to.AsSpan<short>(), start, x => (short)ToInt64(x)); break;
                case DataType.Int32: Write(part, to.AsSpan<int>(), start, x => (int)ToInt64(x)); break;
                case DataType.Int64: Write(part, to.AsSpan<long>(), start, ToInt64); break;
                case DataType.UInt8: Write(part, to.AsSpan<byte>(), start, x => (byte)ToInt64(x)); break;
                case DataType.UInt16: Write(part, to.AsSpan<ushort>(), start, x => (ushort)ToInt64(x)); break;
                case DataType.UInt32: Write(part, to.AsSpan<uint>(), start, x => (uint)ToInt64(x)); break;
                default: Write(part, to.AsSpan<ulong>(), start, x => x < 0 ? (ulong)ToInt64(x) : (ulong)x); break;
            }
        }
    }

    private static void ConvertByInt64(Tensor from, Tensor to)
    {
        long[] chunk = new long[ChunkLength];
        int count = checked((int)from.ElementCount);
        for (int start = 0; start < count; start += ChunkLength)
        {
            Span<long> part = chunk.AsSpan(0, Math.Min(ChunkLength, count - start));
            switch (from.DataType)
            {
                case DataType.Bool: Read(from.AsSpan<bool>(), part, start, x => x ? 1L : 0L); break;
                case DataType.Int8: Read(from.AsSpan<sbyte>(), part, start); break;
                case DataType.Int16: Read(from.AsSpan<short>(), part, start); break;
                case DataType.Int32: Read(from.AsSpan<int>(), part, start); break;
                case DataType.Int64: Read(from.AsSpan<long>(), part, start); break;
                case DataType.UInt8: Read(from.AsSpan<byte>(), part, start); break;
                case DataType.UInt16: Read(from.AsSpan<ushort>(), part, start); break;
                case DataType.UInt32: Read(from.AsSpan<uint>(), part, start); break;
                default: Read(from.AsSpan<ulong>(), part, start); break;
            }

            switch (to.DataType)
            {
                case DataType.Float32: Write(part, to.AsSpan<float>(), start); break;
                case DataType.Float64: Write(part, to.AsSpan<double>(), start); break;
                case DataType.Float16: Write(part, to.AsSpan<Half>(), start); break;
                case DataType.BFloat16: Write(part, to.AsSpan<BFloat16>(), start, x => (BFloat16)(float)x); break;
                case DataType.Bool: Write(part, to.AsSpan<bool>(), start, x => x != 0); break;
                case DataType.Int8: Write(part, to.AsSpan<sbyte>(), start); break;
                case DataType.Int16: Write(part, to.AsSpan<short>(), start); break;
                case DataType.Int32: Write(part, to.AsSpan<int>(), start); break;
                case DataType.Int64: Write(part, to.AsSpan<long>(), start); break;
                case DataType.UInt8: Write(part, to.AsSpan<byte>(), start); break;
                case DataType.UInt16: Write(part, to.AsSpan<ushort>(), start); break;
                case DataType.UInt32: Write(part, to.AsSpan<uint>(), start); break;
                default: Write(part, to.AsSpan<ulong>(), start); break;
            }
        }
    }

    /// <summary>4-bit elements live in bytes while they are converted.</summary>
    private static Tensor ConvertPacked(Tensor tensor, DataType dataType)
    {
        if (tensor.DataType.BitWidth() == 4)
        {
            ReadOnlySpan<byte> unpacked = MemoryMarshal.AsBytes(PackedInt4.Unpack(tensor).AsSpan());
            using Tensor widened = Tensor.FromBytes(WidenedEvaluation.Widen(tensor.DataType), tensor.Shape, unpacked);
            return Convert(widened, dataType);
        }

        using Tensor bytes = Convert(tensor, DataType.Int8);
        return PackedInt4.Pack(dataType, tensor.Shape, bytes.AsSpan<sbyte>());
    }

    private static void ConvertStrings(Tensor from, Tensor to)
    {
        // Integers beyond 2^53 must not pass through binary64.
        bool asInteger = to.DataType.IsInteger();
        using Tensor numbers = new(asInteger ? DataType.Int64 : DataType.Float64, from.Shape);
        for (int i = 0; i < from.Strings.Length; i++)
        {
            string text = from.Strings[i];
            if (asInteger)
                numbers.AsSpan<long>()[i] = long.TryParse(text, CultureInfo.InvariantCulture, out long integer) ? integer : ToInt64(ParseDouble(text));
            else
                numbers.AsSpan<double>()[i] = ParseDouble(text);
        }

        using Tensor converted = Convert(numbers, to.DataType);
        converted.Bytes.CopyTo(to.Bytes);
    }

    private static void Format(Tensor from, Span<string> to)
    {
        switch (from.DataType)
        {
            case DataType.Float32: Read(from.AsSpan<float>(), to, 0, x => x.ToString(CultureInfo.InvariantCulture)); break;
            case DataType.Float64: Read(from.AsSpan<double>(), to, 0, x => x.ToString(CultureInfo.InvariantCulture)); break;
            case DataType.Float16: Read(from.AsSpan<Half>(), to, 0, x => x.ToString(CultureInfo.InvariantCulture)); break;
            case DataType.BFloat16: Read(from.AsSpan<BFloat16>(), to, 0, x => ((float)x).ToString(CultureInfo.InvariantCulture)); break;
            case DataType.UInt64: Read(from.AsSpan<ulong>(), to, 0, x => x.ToString(CultureInfo.InvariantCulture)); break;
            default:
                using (Tensor integers = Convert(from, DataType.Int64))
                    Read(integers.AsSpan<long>(), to, 0, x => x.ToString(CultureInfo.InvariantCulture));
                break;
        }
    }

    private static double ParseDouble(string text) => text.Trim().ToUpperInvariant() switch
    {
        "INF" or "+INF" or "INFINITY" => double.PositiveInfinity,
        "-INF" or "-INFINITY" => double.NegativeInfinity,
        _ => double.TryParse(text, CultureInfo.InvariantCulture, out double value) ? value : throw new HoneException($"The string '{text}' is not a number."),
    };

    /// <summary>Cuts the fraction off; saturates, and turns NaN into 0.</summary>
    private static long ToInt64(double value) => (long)value;

    private static void Read<T>(ReadOnlySpan<T> from, Span<double> to, int start)
        where T : INumberBase<T>
    {
        for (int i = 0; i < to.Length; i++)
            to[i] = double.CreateTruncating(from[start + i]);
    }

    private static void Read<T>(ReadOnlySpan<T> from, Span<long> to, int start)
        where T : INumberBase<T>
    {
        for (int i = 0; i < to.Length; i++)
            to[i] = long.CreateTruncating(from[start + i]);
    }

    private static void Read<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to, int start, Func<TFrom, TTo> convert)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] = convert(from[start + i]);
    }

    private static void Write<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to, int start)
        where TFrom : INumberBase<TFrom>
        where TTo : INumberBase<TTo>
    {
        for (int i = 0; i < from.Length; i++)
            to[start + i] = TTo.CreateTruncating(from[i]);
    }

    private static void Write<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to, int start, Func<TFrom, TTo> convert)
    {
        for (int i = 0; i < from.Length; i++)
            to[start + i] = convert(from[i]);
    }
}
