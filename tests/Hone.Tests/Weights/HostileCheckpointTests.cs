using Hone.Tensors;
using Hone.Weights;

namespace Hone.Tests.Weights;

/// <summary>Checkpoints made to do harm: each is a typed error, and nothing in it runs or eats the memory.</summary>
public sealed class HostileCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HandMadeCheckpoint_IsRead()
    {
        // The other tests differ from this one in one place each.
        byte[] file = Dictionary(p => p.Tensor(6, 1, [2, 2], [2, 1])).ToZip(24);
        using WeightFile weights = WeightFile.Open(_folder.Write("good.pth", file));
        Assert.Equal(new TensorShape(2, 2), weights.Read("w").Shape);
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch", "load")]
    [InlineData("torch._utils", "_rebuild_qtensor")]
    [InlineData("torch._utils", "_rebuild_tensor_v2.__globals__")]
    [InlineData("collections", "OrderedDict.fromkeys")]
    public void NamingAnyOtherObject_IsRefused(string module, string name)
    {
        PickleBytes call = new PickleBytes().Global(module, name).Text("touch owned").Raw(0x85).Op('R');
        UnsafePickleException error = Assert.Throws<UnsafePickleException>(() => Open(call.ToZip()));
        Assert.Equal($"{module}.{name}", error.Global);
        // The same by the newer instruction.
        Assert.Throws<UnsafePickleException>(() => Open(new PickleBytes().Text(module).Text(name).Raw(0x93).ToZip()));
    }

    [Fact]
    public void MakingInstances_IsRefused()
    {
        // INST, OBJ, NEWOBJ, NEWOBJ_EX, EXT1, and the persistent id of protocol 0.
        foreach (byte code in (byte[])[(byte)'i', (byte)'o', 0x81, 0x92, 0x82, (byte)'P'])
            Assert.Throws<UnsafePickleException>(() => Open(new PickleBytes().Op('N').Op('N').Raw(code, 1, 1).ToZip()));
    }

    [Fact]
    public void SharingOfMillionsOfLists_TakesNoMemory()
    {
        // Each list holds the one before ten times: 10^200 elements if it were ever copied or walked.
        PickleBytes laughs = new PickleBytes().Op('}').Text("w").Tensor(1, 0, [1], [1]).Op('s').Text("x").Op(']').Raw((byte)'q', 0);
        for (int level = 1; level < 200; level++)
        {
            laughs.Op('0').Op(']').Raw((byte)'q', (byte)level).Op('(');
            for (int i = 0; i < 10; i++)
                laughs.Raw((byte)'h', (byte)(level - 1));
            laughs.Op('e');
        }

        using WeightFile file = WeightFile.Open(_folder.Write("laughs.pth", laughs.Op('s').ToZip(4)));
        Assert.Equal("w", file.Entries.Single().Name);
    }

    [Fact]
    public void SelfReference_IsHarmless()
    {
        PickleBytes self = new PickleBytes().Op('}').Raw((byte)'q', 0).Text("me").Raw((byte)'h', 0).Op('s').Text("w").Tensor(1, 0, [1], [1]).Op('s');
        using WeightFile file = WeightFile.Open(_folder.Write("self.pth", self.ToZip(4)));
        Assert.Equal("w", file.Entries.Single().Name);
    }

    [Theory]
    [InlineData(6, -1, new long[] { 2 }, new long[] { 1 }, "negative")]
    [InlineData(6, 0, new long[] { 2, 3 }, new long[] { -3, 1 }, "negative")]
    [InlineData(6, 0, new long[] { -2 }, new long[] { 1 }, "negative")]
    [InlineData(6, 5, new long[] { 2 }, new long[] { 1 }, "reaches to element 7; the storage has 6")]
    [InlineData(6, 0, new long[] { 2, 2 }, new long[] { 5, 1 }, "reaches to element 7; the storage has 6")]
    [InlineData(6, 0, new long[] { 2, 2 }, new long[] { long.MaxValue, long.MaxValue }, "the storage has 6")]
    [InlineData(6, long.MaxValue, new long[] { 2 }, new long[] { 1 }, "the storage has 6")]
    [InlineData(6, 0, new long[] { long.MaxValue, long.MaxValue }, new long[] { 0, 0 }, "more elements than any memory")]
    [InlineData(6, 0, new long[] { 1L << 50 }, new long[] { 0 }, "would take")]
    [InlineData(6, 0, new long[] { 2, 3 }, new long[] { 1 }, "2 sizes and 1 strides")]
    [InlineData(1L << 40, 0, new long[] { 1L << 40 }, new long[] { 1 }, "would take")]
    [InlineData(100, 0, new long[] { 100 }, new long[] { 1 }, "needs 400 bytes, its member has 24")]
    [InlineData(-1, 0, new long[] { 0 }, new long[] { 1 }, "claims -1 elements")]
    [InlineData(long.MaxValue, 0, new long[] { 1 }, new long[] { 1 }, "claims")]
    public void ViewsBeyondTheFile_AreRefused(long count, long offset, long[] sizes, long[] strides, string reason)
    {
        byte[] file = Dictionary(p => p.Tensor(count, offset, sizes, strides)).ToZip(24);
        Assert.Contains(reason, Assert.Throws<WeightFileException>(() => Open(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneStorageUsedByThousands_IsRefused()
    {
        PickleBytes many = new PickleBytes().Op('}').Op('(');
        for (int i = 0; i < 3000; i++)
            many.Text($"w{i}").Tensor(1 << 18, 0, [1 << 18], [1]);
        Assert.Contains("would take", Assert.Throws<WeightFileException>(() => Open(many.Op('u').ToZip(1 << 20))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StorageOfTwoKinds_IsRefused()
    {
        PickleBytes two = new PickleBytes().Op('}').Text("a").Tensor(4, 0, [4], [1]).Op('s').Text("b").Tensor(4, 0, [2], [1], "DoubleStorage").Op('s');
        Assert.Contains("described in two ways", Assert.Throws<WeightFileException>(() => Open(two.ToZip(64))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CompressedStorage_IsRefused()
    {
        byte[] bomb = Dictionary(p => p.Tensor(1 << 20, 0, [1 << 20], [1])).ToZip(4 << 20, isCompressed: true);
        Assert.Contains("compressed", Assert.Throws<WeightFileException>(() => Open(bomb)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BigEndianFile_IsRefused() =>
        Assert.Contains("'big'", Assert.Throws<WeightFileException>(() => Open(new PickleBytes().Op('}').ToZip(byteOrder: "big"))).Message, StringComparison.Ordinal);

    [Fact]
    public void LongPickle_IsRefused()
    {
        byte[] file = new PickleBytes().Text(new string('a', 5000)).ToZip();
        string path = _folder.Write("long.pth", file);
        WeightFileException error = Assert.Throws<WeightFileException>(() => WeightFile.Open(path, new WeightReadOptions { MaxPickleBytes = 4096 }));
        Assert.Contains("more than 4096 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ClaimOfHugeText_IsRefusedBeforeMemoryIsTaken()
    {
        byte[] text = new PickleBytes().Raw(0x8d, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f).ToZip();
        Assert.Throws<WeightFileException>(() => Open(text));
    }

    [Theory]
    [InlineData("}a")]
    [InlineData("t")]
    [InlineData("]NNs")]
    [InlineData("R")]
    [InlineData("NNR")]
    [InlineData("N)R")]
    [InlineData("Q")]
    [InlineData("NQ")]
    [InlineData("(0(1e")]
    [InlineData("NNb")]
    [InlineData("}(Nu")]
    [InlineData("0")]
    [InlineData("2")]
    [InlineData("")]
    [InlineData("N")]
    [InlineData("(")]
    public void SenselessPickle_IsRefused(string code)
    {
        PickleBytes pickle = new();
        foreach (char c in code)
            pickle.Op(c);
        Assert.Throws<WeightFileException>(() => Open(pickle.ToZip()));
    }

    [Fact]
    public void DeepStack_IsRefused()
    {
        byte[] nones = new byte[(1 << 20) + 2];
        Array.Fill(nones, (byte)'(');
        Assert.Contains("piles up", Assert.Throws<WeightFileException>(() => Open(new PickleBytes().Raw(nones).ToZip())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherFiles_AreRefused()
    {
        Assert.Throws<WeightFileException>(() => Open([]));
        Assert.Throws<WeightFileException>(() => Open("this is no file of weights"u8.ToArray()));
        Assert.Contains("not one that torch.save writes", Assert.Throws<WeightFileException>(() => Open(new PickleBytes().Int(5).Op('N').Text("twelve or more").ToArray())).Message, StringComparison.Ordinal);
        Assert.Throws<HoneException>(() => WeightFile.Open(_folder.PathOf("absent.pth")));
    }

    private static PickleBytes Dictionary(Func<PickleBytes, PickleBytes> value) => value(new PickleBytes().Op('}').Text("w")).Op('s');

    private void Open(byte[] bytes)
    {
        using WeightFile file = WeightFile.Open(_folder.Write("hostile.pth", bytes));
        file.ReadAll();
    }
}
