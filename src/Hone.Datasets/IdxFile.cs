using System.Buffers.Binary;
using System.IO.Compression;

namespace Hone.Datasets;

/// <summary>Reads files of the IDX format: unsigned bytes with a header of big-endian sizes, plain or compressed with gzip.</summary>
internal static class IdxFile
{
    /// <summary>Larger than any file of the format that is meant here; a hostile header must not reserve more.</summary>
    private const long LargestByteCount = 1L << 28;

    /// <summary>Reads sizes and elements.</summary>
    /// <param name="stream">Read to its end; it stays open.</param>
    /// <param name="name">For errors.</param>
    /// <param name="rank">How many sizes the file must have.</param>
    /// <exception cref="ModelFormatException">The file is not of the format, or shorter or longer than its header says.</exception>
    internal static (int[] Sizes, byte[] Elements) Read(Stream stream, string name, int rank)
    {
        try
        {
            using Stream plain = Decompress(stream);
            Span<byte> header = stackalloc byte[4 + (4 * rank)];
            plain.ReadExactly(header);
            if (header[0] != 0 || header[1] != 0 || header[2] != 8 || header[3] != rank)
                throw new ModelFormatException($"'{name}' is not an IDX file of unsigned bytes with {rank} dimension(s).");
            int[] sizes = new int[rank];
            long count = 1;
            for (int i = 0; i < rank; i++)
            {
                sizes[i] = BinaryPrimitives.ReadInt32BigEndian(header[(4 + (4 * i))..]);
                if (sizes[i] < 0 || (count *= sizes[i]) > LargestByteCount)
                    throw new ModelFormatException($"'{name}' claims sizes {string.Join(" x ", sizes)}, more than a data set of this kind has.");
            }

            byte[] elements = new byte[count];
            plain.ReadExactly(elements);
            if (plain.ReadByte() >= 0)
                throw new ModelFormatException($"'{name}' is longer than its header says.");
            return (sizes, elements);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw new ModelFormatException($"'{name}' is truncated or corrupted: {e.Message}", e);
        }
    }

    private static Stream Decompress(Stream stream)
    {
        byte[] start = new byte[2];
        int read = stream.ReadAtLeast(start, 2, throwOnEndOfStream: false);
        Stream whole = new PrefixedStream(start[..read], stream);
        return read == 2 && start[0] == 0x1F && start[1] == 0x8B ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }
}
