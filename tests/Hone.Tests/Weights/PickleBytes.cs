using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Hone.Tests.Weights;

/// <summary>Writes pickles by hand, as only an attacker would, and wraps them in the zip form of a checkpoint.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> _code = [0x80, 2];

    internal PickleBytes Raw(params ReadOnlySpan<byte> code)
    {
        _code.AddRange(code);
        return this;
    }

    internal PickleBytes Op(char code) => Raw((byte)code);

    internal PickleBytes Global(string module, string name) => Raw([(byte)'c', .. Encoding.ASCII.GetBytes($"{module}\n{name}\n")]);

    internal PickleBytes Text(string text) => Raw([(byte)'X', .. Int32(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)]);

    internal PickleBytes Int(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw([0x8a, 8, .. bytes]);
    }

    internal PickleBytes Ints(params ReadOnlySpan<long> values)
    {
        Op('(');
        foreach (long value in values)
            Int(value);
        return Op('t');
    }

    /// <summary>A tensor over storage <c>0</c>.</summary>
    internal PickleBytes Tensor(long count, long offset, long[] sizes, long[] strides, string storage = "FloatStorage")
    {
        Global("torch._utils", "_rebuild_tensor_v2").Op('(');
        Op('(').Text("storage").Global("torch", storage).Text("0").Text("cpu").Int(count).Op('t').Op('Q');
        Int(offset).Ints(sizes).Ints(strides).Raw(0x89).Op('N');
        return Op('t').Op('R');
    }

    internal byte[] ToArray() => [.. _code, (byte)'.'];

    /// <summary>A checkpoint of this pickle and one storage.</summary>
    internal byte[] ToZip(int storageBytes = 0, string byteOrder = "little", bool isCompressed = false)
    {
        using MemoryStream file = new();
        using (ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "archive/data.pkl", ToArray(), false);
            Add(zip, "archive/byteorder", Encoding.ASCII.GetBytes(byteOrder), false);
            Add(zip, "archive/data/0", new byte[storageBytes], isCompressed);
        }

        return file.ToArray();
    }

    private static void Add(ZipArchive zip, string name, byte[] content, bool isCompressed)
    {
        using Stream stream = zip.CreateEntry(name, isCompressed ? CompressionLevel.Optimal : CompressionLevel.NoCompression).Open();
        stream.Write(content);
    }

    private static byte[] Int32(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
