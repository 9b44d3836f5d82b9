using System.Buffers.Binary;
using System.Text;

namespace Hone.Weights.Pickle;

/// <summary>Reads the parts of a pickle, at most a given number of bytes of them.</summary>
internal sealed class PickleStream(Stream stream, long maxBytes)
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _scratch = new byte[sizeof(long)];
    private long _taken;

    internal byte Byte() => Fixed(1)[0];

    internal ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Fixed(sizeof(ushort)));

    internal int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Fixed(sizeof(int)));

    internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Fixed(sizeof(uint)));

    internal ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Fixed(sizeof(ulong)));

    internal double Double() => BinaryPrimitives.ReadDoubleBigEndian(Fixed(sizeof(double)));

    internal byte[] Bytes(ulong count)
    {
        // Memory is taken in pieces as bytes really arrive, not as many as the pickle claims.
        Take(count);
        using MemoryStream result = new();
        byte[] buffer = new byte[Math.Min(count, 1 << 16)];
        for (ulong done = 0; done < count;)
        {
            int read = stream.Read(buffer, 0, (int)Math.Min((ulong)buffer.Length, count - done));
            if (read == 0)
                throw new EndOfStreamException("The pickle ends in the middle of a value.");
            result.Write(buffer, 0, read);
            done += (ulong)read;
        }

        return result.ToArray();
    }

    internal string Text(ulong count)
    {
        try
        {
            return s_utf8.GetString(Bytes(count));
        }
        catch (DecoderFallbackException e)
        {
            throw new WeightFileException("The pickle holds text that is not UTF-8.", e);
        }
    }

    internal string Line()
    {
        const int MaxLength = 1024;
        StringBuilder line = new();
        for (byte b = Byte(); b != '\n'; b = Byte())
        {
            if (line.Length == MaxLength)
                throw new WeightFileException($"The pickle names an object of more than {MaxLength} characters.");
            line.Append((char)b);
        }

        return line.ToString();
    }

    private ReadOnlySpan<byte> Fixed(int count)
    {
        Take((ulong)count);
        stream.ReadExactly(_scratch, 0, count);
        return _scratch.AsSpan(0, count);
    }

    private void Take(ulong count)
    {
        if (count > (ulong)(maxBytes - _taken))
            throw new WeightFileException($"The pickle has more than {maxBytes} bytes ({nameof(WeightReadOptions)}.{nameof(WeightReadOptions.MaxPickleBytes)}).");
        _taken += (long)count;
    }
}
