using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hone.Files;
using Hone.Tensors;

namespace Hone.Cli.Inputs;

/// <summary>Reads and writes NumPy's <c>.npy</c> files of numbers: row-major, little-endian, versions 1 to 3; Python objects are refused.</summary>
internal static partial class NpyFile
{
    private const int LongestHeader = 64 * 1024;

    private static readonly Dictionary<string, DataType> s_types = new(StringComparer.Ordinal)
    {
        ["<f4"] = DataType.Float32, ["<f8"] = DataType.Float64, ["<f2"] = DataType.Float16, ["|u1"] = DataType.UInt8, ["|i1"] = DataType.Int8,
        ["<u2"] = DataType.UInt16, ["<i2"] = DataType.Int16, ["<u4"] = DataType.UInt32, ["<i4"] = DataType.Int32, ["<u8"] = DataType.UInt64,
        ["<i8"] = DataType.Int64, ["|b1"] = DataType.Bool,
    };

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <exception cref="ModelFormatException">The file is not of the format, or shorter or longer than its header says.</exception>
    internal static Tensor Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < 12 || !bytes.AsSpan().StartsWith(Magic))
            throw new ModelFormatException($"'{path}' is not a NumPy file.");
        int lengthSize = bytes[6] == 1 ? 2 : 4;
        long headerLength = lengthSize == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)) : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8));
        long dataStart = 8 + lengthSize + headerLength;
        if (headerLength > LongestHeader || dataStart > bytes.Length)
            throw new ModelFormatException($"'{path}' is truncated: its header takes {headerLength} bytes.");
        Match header = Header().Match(Encoding.UTF8.GetString(bytes, 8 + lengthSize, (int)headerLength));
        if (!header.Success || !s_types.TryGetValue(header.Groups["type"].Value, out DataType type) || header.Groups["fortran"].Value != "False")
            throw new ModelFormatException($"'{path}' does not hold row-major little-endian numbers.");
        try
        {
            long[] shape = [.. header.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(d => long.Parse(d, CultureInfo.InvariantCulture))];
            return Tensor.FromBytes(type, new TensorShape(shape), bytes.AsSpan((int)dataStart));
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or FormatException)
        {
            throw new ModelFormatException($"'{path}' does not hold what its header says: {e.Message}", e);
        }
    }

    /// <exception cref="HoneException">The element type has no counterpart in NumPy.</exception>
    internal static void Write(string path, Tensor tensor)
    {
        string type = s_types.FirstOrDefault(t => t.Value == tensor.DataType).Key ?? throw new HoneException($"NumPy files cannot hold {tensor.DataType.DisplayName()}.");
        string shape = tensor.Shape.Rank == 1 ? $"{tensor.Shape[0]}," : string.Join(", ", tensor.Shape);
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}), }}";
        // The data begin at a multiple of 64; the header ends with a line feed.
        int padding = 63 - ((10 + header.Length) % 64);
        using AtomicFile file = new(path);
        file.Stream.Write(Magic);
        file.Stream.Write([1, 0]);
        byte[] text = Encoding.ASCII.GetBytes(header + new string(' ', padding) + "\n");
        file.Stream.Write([(byte)text.Length, (byte)(text.Length >> 8)]);
        file.Stream.Write(text);
        file.Stream.Write(tensor.Bytes);
        file.Commit();
    }

    [GeneratedRegex(@"'descr':\s*'(?<type>[^']+)'.*'fortran_order':\s*(?<fortran>\w+).*'shape':\s*\((?<shape>[^)]*)\)", RegexOptions.Singleline)]
    private static partial Regex Header();
}
