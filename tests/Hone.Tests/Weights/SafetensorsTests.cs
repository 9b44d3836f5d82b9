using System.Buffers.Binary;
using System.Text;
using Hone.TestKit;
using Hone.Tensors;
using Hone.Weights;

namespace Hone.Tests.Weights;

public sealed class SafetensorsTests : IDisposable
{
    private static readonly DataType[] s_types =
    [
        DataType.Bool, DataType.UInt8, DataType.Int8, DataType.UInt16, DataType.Int16, DataType.UInt32, DataType.Int32,
        DataType.UInt64, DataType.Int64, DataType.Float16, DataType.BFloat16, DataType.Float32, DataType.Float64,
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SavedTensors_OfEveryType_ReadBackBitwise()
    {
        Random random = new(1);
        Dictionary<string, Tensor> tensors = s_types.ToDictionary(type => $"layer.{type}", type => RandomBits(random, type));
        tensors.Add("scalar", Tensor.Scalar(2.5f));
        tensors.Add("empty", new Tensor(DataType.Float32, new TensorShape(0, 4)));
        tensors.Add("name \"with\" signs ü", Tensor.Vector<long>(1, 2));
        string path = _folder.PathOf("all.safetensors");
        SafetensorsWriter.Save(path, tensors, new Dictionary<string, string> { ["format"] = "pt" });

        using WeightFile file = WeightFile.Open(path);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(tensors.Keys.Order(StringComparer.Ordinal), file.Entries.Select(e => e.Name).Order(StringComparer.Ordinal));
        foreach ((string name, Tensor tensor) in file.ReadAll())
            Assert.True(tensor.BitwiseEquals(tensors[name]), name);
    }

    [Fact]
    public void SavedTensors_AreAligned()
    {
        string path = _folder.PathOf("aligned.safetensors");
        SafetensorsWriter.Save(path, [new("a", Tensor.Vector<byte>(1)), new("b", Tensor.Vector(1.0)), new("c", Tensor.Vector<short>(7))]);
        byte[] bytes = File.ReadAllBytes(path);
        long header = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, header % 8);
        Assert.Contains("\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Save_OfTypeThatTheFormatLacks_LeavesNoFile()
    {
        string path = _folder.PathOf("int4.safetensors");
        WeightFileException error = Assert.Throws<WeightFileException>(() => SafetensorsWriter.Save(path, [new("q", new Tensor(DataType.Int4, new TensorShape(4)))]));
        Assert.Equal("q", error.TensorName);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void SavedFile_IsReadByPython()
    {
        Assert.SkipUnless(Python.HasTorch, "python3-torch is not installed.");
        string path = _folder.PathOf("python.safetensors");
        SafetensorsWriter.Save(path, [new("w", Tensor.Create<float>([1, 2, 3, 4, 5, 6], 2, 3)), new("n", Tensor.Vector<long>(-7, 9)), new("h", Tensor.Vector((BFloat16)1.5f, (BFloat16)(-2f)))]);
        // The format's own package is rarely installed; its layout is eight bytes of length, JSON, and the elements.
        const string Script = """
            import json, struct, sys, torch
            data = open(sys.argv[1], 'rb').read()
            n = struct.unpack('<Q', data[:8])[0]
            header = json.loads(data[8:8 + n])
            types = {'F32': torch.float32, 'I64': torch.int64, 'BF16': torch.bfloat16}
            for name in sorted(header):
                e = header[name]
                a, b = e['data_offsets']
                t = torch.frombuffer(bytearray(data[8 + n + a:8 + n + b]), dtype=types[e['dtype']]).reshape(e['shape'])
                print(name, t.double().tolist())
            """;
        Assert.Equal("h [1.5, -2.0]\nn [-7.0, 9.0]\nw [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]\n", Python.Run(Script, path));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "no range within the 4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "end at byte 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "needs 12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}""", 8, "2^63-1")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", 8, "'F8_E4M3' is not supported")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "no 'data_offsets'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}""", 8, "Duplicate")]
    [InlineData("""[1,2]""", 0, "not a JSON object")]
    [InlineData("""{"a":[1]}""", 0, "not the JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e30],"data_offsets":[0,8]}}""", 8, "not the JSON")]
    public void BrokenHeader_IsRefused(string header, int dataLength, string reason)
    {
        string path = _folder.Write("broken.safetensors", Bytes((ulong)header.Length, header, dataLength));
        WeightFileException error = Assert.Throws<WeightFileException>(() => WeightFile.Open(path));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HeaderLongerThanTheFile_IsRefused()
    {
        string path = _folder.Write("long.safetensors", Bytes(ulong.MaxValue, "{}", 0));
        Assert.Contains("does not fit", Assert.Throws<WeightFileException>(() => WeightFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HeaderAboveTheLimit_IsRefused()
    {
        string path = _folder.Write("limit.safetensors", Bytes(2, "{}", 0));
        Assert.Empty(WeightFile.Open(path).Entries);
        Assert.Throws<WeightFileException>(() => WeightFile.Open(path, new WeightReadOptions { MaxHeaderBytes = 1 }));
    }

    [Fact]
    public void TruncatedFile_AtEveryLength_IsRefused()
    {
        string path = _folder.PathOf("whole.safetensors");
        SafetensorsWriter.Save(path, [new("a", Tensor.Vector(1f, 2f)), new("b", Tensor.Vector<byte>(1, 2, 3))]);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            string cut = _folder.Write("cut.safetensors", whole[..length]);
            Assert.Throws<WeightFileException>(() => WeightFile.Open(cut));
        }
    }

    private static Tensor RandomBits(Random random, DataType type)
    {
        Tensor tensor = new(type, new TensorShape(3, 5));
        random.NextBytes(tensor.Bytes);
        foreach (ref byte value in type == DataType.Bool ? tensor.Bytes : [])
            value &= 1;
        return tensor;
    }

    private static byte[] Bytes(ulong length, string header, int dataLength)
    {
        byte[] prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length);
        return [.. prefix, .. Encoding.UTF8.GetBytes(header), .. new byte[dataLength]];
    }
}
