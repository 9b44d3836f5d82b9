using Hone.Graphs;

namespace Hone.Operators.Microsoft;

/// <summary>Codes of 2, 4 or 8 bits packed into bytes row by row, the first one in the lowest bits.</summary>
internal static class BlockCodes
{
    /// <summary>Reads the attribute <c>bits</c>.</summary>
    public static int Bits(Node node) => node.Attributes.GetInt("bits", 4) switch
    {
        2 => 2,
        4 => 4,
        8 => 8,
        long bits => throw node.Error($"bits must be 2, 4 or 8, got {bits}."),
    };

    /// <summary>Reads the attribute <c>block_size</c>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="defaultValue">Where the attribute may be left out.</param>
    public static int BlockSize(Node node, long? defaultValue = null)
    {
        long size = defaultValue is { } value ? node.Attributes.GetInt("block_size", value) : node.Attributes.RequireInt("block_size");
        return size is >= 16 and <= 1 << 20 && long.IsPow2(size) ? (int)size : throw node.Error($"block_size must be a power of 2 from 16 on, got {size}.");
    }

    /// <summary>The code that stands for 0 where no zero point is given: the middle of the range.</summary>
    public static int DefaultZeroPoint(int bits) => 1 << (bits - 1);

    /// <summary>One code.</summary>
    /// <param name="bytes">The rows.</param>
    /// <param name="rowBytes">Bytes of a row.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="row">Which row.</param>
    /// <param name="column">Which code of the row.</param>
    public static int Read(ReadOnlySpan<byte> bytes, int rowBytes, int bits, int row, int column)
    {
        int perByte = 8 / bits;
        return (bytes[row * rowBytes + column / perByte] >> (column % perByte * bits)) & ((1 << bits) - 1);
    }
}
