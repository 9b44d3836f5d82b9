using Hone.TestKit;
using Hone.Tensors;
using Hone.Weights;

namespace Hone.Tests.Weights;

/// <summary>Checkpoints that PyTorch itself has just written.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Newer and older file form, and the pickle protocols that torch.save takes.</summary>
    public static TheoryData<bool, int> Forms => new() { { true, 2 }, { true, 3 }, { true, 4 }, { true, 5 }, { false, 2 }, { false, 4 } };

    [Theory]
    [MemberData(nameof(Forms))]
    public void StateDictionary_OfEveryType_IsRead(bool isZip, int protocol)
    {
        string path = Save(
            """
            types = [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]
            value = OrderedDict((str(t)[6:], torch.arange(6).reshape(2, 3).to(t)) for t in types)
            value['bool'] = torch.tensor([True, False, True])
            value['scalar'] = torch.tensor(2.5)
            value['empty'] = torch.zeros(0, 3)
            """, isZip, protocol);
        using WeightFile file = WeightFile.Open(path);
        Assert.Equal(12, file.Entries.Count);
        foreach (DataType type in (DataType[])[DataType.Float32, DataType.Float64, DataType.Float16, DataType.BFloat16])
            Assert.Equal([0f, 1, 2, 3, 4, 5], Typed(file, type).ToSingleArray());
        foreach (DataType type in (DataType[])[DataType.UInt8, DataType.Int8, DataType.Int16, DataType.Int32, DataType.Int64])
            Assert.Equal([0L, 1, 2, 3, 4, 5], Typed(file, type).ToInt64Array());
        Assert.Equal([true, false, true], file.Read("bool").AsSpan<bool>().ToArray());
        Assert.Equal(2.5f, file.Read("scalar").Item<float>());
        Assert.Equal(new TensorShape(0, 3), file.Read("empty").Shape);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Views_WithStridesOffsetsAndSharedStorages_AreDense(bool isZip)
    {
        string path = Save(
            """
            base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
            value = {'whole': base, 'transposed': base.t(), 'slice': base[1:3, ::2], 'last': base[3], 'expanded': base[0, 1:2].expand(5), 'flipped': base.flip(0),
                     'parameter': torch.nn.Parameter(base[2, 3:])}
            """, isZip);
        using WeightFile file = WeightFile.Open(path);
        Assert.Equal(new TensorShape(6, 4), file.Entries.Single(e => e.Name == "transposed").Shape);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)(i % 4 * 6 + i / 4)), file.Read("transposed").ToSingleArray());
        Assert.Equal([6f, 8, 10, 12, 14, 16], file.Read("slice").ToSingleArray());
        Assert.Equal([18f, 19, 20, 21, 22, 23], file.Read("last").ToSingleArray());
        Assert.Equal([1f, 1, 1, 1, 1], file.Read("expanded").ToSingleArray());
        Assert.Equal([15f, 16, 17], file.Read("parameter").ToSingleArray());
        Assert.Equal(18f, file.Read("flipped").ToSingleArray()[0]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("state_dict")]
    public void NestedCheckpoint_IsChosenByKey(string? key)
    {
        string path = Save(
            """
            m = torch.nn.Linear(2, 3)
            o = torch.optim.Adam(m.parameters())
            m(torch.ones(1, 2)).sum().backward(); o.step()
            value = {'epoch': 3, 'loss': 0.25, 'best': True, 'arch': 'tiny', 'state_dict': m.state_dict(), 'optimizer': o.state_dict(), 'big': 1 << 100}
            """);
        using WeightFile file = WeightFile.Open(path, new WeightReadOptions { Key = key });
        Assert.Equal(["weight", "bias"], file.Entries.Select(e => e.Name));
        Assert.Equal(("3", "0.25", "True", "tiny"), (file.Metadata["epoch"], file.Metadata["loss"], file.Metadata["best"], file.Metadata["arch"]));
        Assert.Equal(new TensorShape(3, 2), file.Read("weight").Shape);
    }

    [Fact]
    public void SeveralStateDictionaries_NeedAKey()
    {
        string path = Save("value = {'model': {'w': torch.ones(2)}, 'ema': {'w': torch.zeros(2)}, 'deep': {'inner': {'w': torch.full((2,), 5.)}}}");
        WeightFileException error = Assert.Throws<WeightFileException>(() => WeightFile.Open(path));
        Assert.Contains("'model' (a dictionary of tensors), 'ema' (a dictionary of tensors)", error.Message, StringComparison.Ordinal);
        using WeightFile ema = WeightFile.Open(path, new WeightReadOptions { Key = "ema" });
        Assert.Equal([0f, 0], ema.Read("w").ToSingleArray());
        using WeightFile deep = WeightFile.Open(path, new WeightReadOptions { Key = "deep.inner" });
        Assert.Equal([5f, 5], deep.Read("w").ToSingleArray());
        Assert.Contains("no dictionary 'none'", Assert.Throws<WeightFileException>(() => WeightFile.Open(path, new WeightReadOptions { Key = "none" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("value = torch.nn.Linear(2, 3)", "torch.nn.modules.linear.Linear")]
    [InlineData("import numpy; value = {'w': torch.ones(1), 'n': numpy.float64(1)}", "numpy.core.multiarray.scalar")]
    [InlineData("value = {'w': torch.ones(1), 'd': torch.device('cpu')}", "torch.device")]
    public void OtherObjects_AreRefusedByName(string make, string global)
    {
        UnsafePickleException error = Assert.Throws<UnsafePickleException>(() => WeightFile.Open(Save(make)));
        Assert.Equal(global, error.Global);
        Assert.Contains("model.state_dict()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ScriptModule_IsRefused()
    {
        Assert.SkipUnless(Python.HasTorch, "python3-torch is not installed.");
        string path = _folder.PathOf("script.pt");
        Python.Run("import sys, torch; torch.jit.script(torch.nn.Linear(2, 3)).save(sys.argv[1])", path);
        Assert.Contains("TorchScript", Assert.Throws<WeightFileException>(() => WeightFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TruncatedFile_IsRefused()
    {
        foreach (bool isZip in (bool[])[true, false])
        {
            byte[] whole = File.ReadAllBytes(Save("value = {'w': torch.arange(10.), 'v': torch.ones(3)}", isZip));
            for (int length = 0; length < whole.Length; length += 1 + whole.Length / 150)
            {
                string cut = _folder.Write("cut.pth", whole[..length]);
                Assert.ThrowsAny<WeightFileException>(() =>
                {
                    using WeightFile file = WeightFile.Open(cut);
                    file.ReadAll();
                });
            }
        }
    }

    [Fact]
    public void DamagedFile_NeverCrashes()
    {
        foreach (bool isZip in (bool[])[true, false])
        {
            byte[] whole = File.ReadAllBytes(Save("value = {'w': torch.arange(10.).reshape(2, 5).t(), 'v': torch.ones(3), 'n': {'a': [1, 2.5, 'x', (None, True)]}}", isZip));
            for (int seed = 0; seed < 1500; seed++)
            {
                Random random = new(seed);
                byte[] damaged = (byte[])whole.Clone();
                for (int i = random.Next(1, 4); i > 0; i--)
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                ReadOrRefuse(_folder.Write("damaged.pth", damaged), $"zip {isZip}, seed {seed}");
            }
        }
    }

    private static void ReadOrRefuse(string path, string name)
    {
        try
        {
            using WeightFile file = WeightFile.Open(path);
            file.ReadAll();
        }
        catch (HoneException)
        {
        }
        catch (Exception e)
        {
            Assert.Fail($"{name}: {e}");
        }
    }

    private static Tensor Typed(WeightFile file, DataType type)
    {
        Tensor tensor = file.Read(type.DisplayName());
        Assert.Equal(type, tensor.DataType);
        Assert.Equal(new TensorShape(2, 3), tensor.Shape);
        return tensor;
    }

    private string Save(string make, bool isZip = true, int protocol = 2)
    {
        Assert.SkipUnless(Python.HasTorch, "python3-torch is not installed.");
        string path = _folder.PathOf("weights.pth");
        Python.Run(
            $"import sys, torch\nfrom collections import OrderedDict\n{make}\ntorch.save(value, sys.argv[1], pickle_protocol={protocol}, _use_new_zipfile_serialization={isZip})",
            path);
        return path;
    }
}
