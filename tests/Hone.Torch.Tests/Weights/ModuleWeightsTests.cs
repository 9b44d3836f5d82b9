using Hone.TestKit;
using Hone.Tensors;
using Hone.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using HoneTensor = Hone.Tensors.Tensor;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Hone.Torch.Tests.Weights;

public sealed class ModuleWeightsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hone-weights-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The same network in Python, with weights in its state dictionary and its output for a given input.</summary>
    private const string PythonNet =
        """
        import sys, torch
        from torch import nn
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.features = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU())
                self.head = nn.Linear(4, 2)
            def forward(self, x):
                return self.head(self.features(x).mean((2, 3)))
        torch.manual_seed(3)
        net = Net()
        net(torch.randn(8, 3, 5, 5))
        net.eval()

        """;

    [Theory]
    [InlineData("net.state_dict()", "", null)]
    [InlineData("{'epoch': 3, 'state_dict': net.state_dict()}", "", "state_dict")]
    [InlineData("nn.DataParallel(net).state_dict()", "module.", null)]
    public void CheckpointOfPython_ReproducesItsOutputs(string saved, string prefix, string? key)
    {
        Assert.SkipUnless(Python.HasTorch, "python3-torch is not installed.");
        string path = PathOf("net.pth");
        string output = Python.Run(PythonNet + $"torch.save({saved}, sys.argv[1])\nprint(net(torch.arange(150.).reshape(2, 3, 5, 5) / 150).flatten().tolist())", path);
        float[] expected = [.. output.Trim('[', ']', '\n').Split(',').Select(float.Parse)];
        using Net net = new();
        WeightLoadResult result = net.LoadWeights(path, new WeightLoadOptions { RemovedPrefix = prefix, Reading = new WeightReadOptions { Key = key } });
        Assert.Equal(9, result.Loaded.Count);
        Assert.Empty(result.Missing.Concat(result.Unexpected));
        net.eval();
        using TorchTensor actual = net.call(arange(150, float32).reshape(2, 3, 5, 5) / 150);
        Assert.All(expected.Zip(actual.flatten().data<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void SavedModule_IsReadByPython_WithItsOutputs()
    {
        Assert.SkipUnless(Python.HasTorch, "python3-torch is not installed.");
        using Net net = new();
        net.call(randn(8, 3, 5, 5));
        net.eval();
        string path = PathOf("net.safetensors");
        net.SaveWeights(path, new Dictionary<string, string> { ["format"] = "pt" });
        string output = Python.Run(PythonNet +
            """
            import json, struct
            data = open(sys.argv[1], 'rb').read()
            n = struct.unpack('<Q', data[:8])[0]
            header = json.loads(data[8:8 + n])
            assert header.pop('__metadata__') == {'format': 'pt'}
            types = {'F32': torch.float32, 'I64': torch.int64}
            def read(e):
                a, b = e['data_offsets']
                return torch.frombuffer(bytearray(data[8 + n + a:8 + n + b]), dtype=types[e['dtype']]).reshape(e['shape'])
            net.load_state_dict({name: read(e) for name, e in header.items()}, strict=True)
            print(net(torch.arange(150.).reshape(2, 3, 5, 5) / 150).flatten().tolist())
            """, path);
        float[] expected = [.. output.Trim('[', ']', '\n').Split(',').Select(float.Parse)];
        using TorchTensor actual = net.call(arange(150, float32).reshape(2, 3, 5, 5) / 150);
        Assert.All(expected.Zip(actual.flatten().data<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void SaveAndLoad_IsBitwise()
    {
        using Net net = new();
        using Net other = new();
        string path = PathOf("net.safetensors");
        net.SaveWeights(path);
        Assert.Equal(net.state_dict().Keys.Order(), other.LoadWeights(path).Loaded.Order());
        Assert.All(net.state_dict(), s => Assert.True(s.Value.equal(other.state_dict()[s.Key]).all().item<bool>(), s.Key));
        Assert.All(other.parameters(), p => Assert.True(p.requires_grad));
    }

    [Fact]
    public void Strict_ListsAllDifferences_AndLeavesTheModuleAlone()
    {
        using Net net = new();
        Dictionary<string, TorchTensor> before = net.state_dict().ToDictionary(s => s.Key, s => s.Value.clone());
        string path = SaveChanged(net);
        WeightMismatchException error = Assert.Throws<WeightMismatchException>(() => net.LoadWeights(path));
        Assert.Equal(["features.0.bias"], error.Result.Missing);
        Assert.Equal(["extra"], error.Result.Unexpected);
        Assert.Equal("head.weight: [2, 4] expected, [5, 4] in the file", Assert.Single(error.Result.OtherShapes).ToString());
        Assert.Contains("1 missing in the file: features.0.bias. 1 unexpected: extra. 1 of another shape: head.weight: [2, 4] expected, [5, 4] in the file.", error.Message, StringComparison.Ordinal);
        Assert.All(net.state_dict(), s => Assert.True(s.Value.equal(before[s.Key]).all().item<bool>(), s.Key));
    }

    [Fact]
    public void NotStrict_LoadsWhatFits()
    {
        using Net net = new();
        string path = SaveChanged(net);
        using Net other = new();
        WeightLoadResult result = other.LoadWeights(path, new WeightLoadOptions { IsStrict = false });
        Assert.DoesNotContain("head.weight", result.Loaded);
        Assert.Equal(net.state_dict().Count - 2, result.Loaded.Count);
        Assert.True(other.state_dict()["head.bias"].equal(net.state_dict()["head.bias"]).all().item<bool>());
        Assert.False(other.state_dict()["head.weight"].equal(net.state_dict()["head.weight"]).all().item<bool>());
    }

    [Fact]
    public void Rename_MapsAndLeavesOut()
    {
        using Net net = new();
        string path = PathOf("renamed.safetensors");
        SafetensorsWriter.Save(path, net.state_dict().Select(s => new KeyValuePair<string, HoneTensor>($"old.{s.Key}", s.Value.ToHone())).Append(new("optimizer", HoneTensor.Scalar(1f))));
        using Net other = new();
        other.LoadWeights(path, new WeightLoadOptions { Rename = name => name.StartsWith("old.", StringComparison.Ordinal) ? name[4..] : null });
        Assert.All(net.state_dict(), s => Assert.True(s.Value.equal(other.state_dict()[s.Key]).all().item<bool>(), s.Key));
        WeightFileException error = Assert.Throws<WeightFileException>(() => other.LoadWeights(path, new WeightLoadOptions { Rename = _ => "same" }));
        Assert.Contains("becomes 'same'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherElementTypes_AreConvertedAndListed()
    {
        using Net net = new();
        string path = PathOf("half.safetensors");
        SafetensorsWriter.Save(path, net.state_dict().Select(s => new KeyValuePair<string, HoneTensor>(s.Key, s.Value.is_floating_point() ? s.Value.to(bfloat16).ToHone() : s.Value.ToHone())));
        using Net other = new();
        WeightLoadResult result = other.LoadWeights(path);
        Assert.Equal(8, result.Converted.Count);
        Assert.All(result.Converted, c => Assert.Equal((DataType.BFloat16, DataType.Float32), (c.From, c.To)));
        Assert.Equal(ScalarType.Float32, other.state_dict()["head.weight"].dtype);
        Assert.True(other.state_dict()["head.weight"].equal(net.state_dict()["head.weight"].to(bfloat16).to(float32)).all().item<bool>());
    }

    [Fact]
    public void MissingBatchCounters_AreNoError()
    {
        using Net net = new();
        string path = PathOf("old.safetensors");
        SafetensorsWriter.Save(path, net.state_dict().Where(s => !s.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)).Select(s => new KeyValuePair<string, HoneTensor>(s.Key, s.Value.ToHone())));
        Assert.Equal(["features.1.num_batches_tracked"], net.LoadWeights(path).Missing);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private string SaveChanged(Net net)
    {
        Dictionary<string, HoneTensor> tensors = net.state_dict().ToDictionary(s => s.Key, s => s.Value.ToHone());
        tensors.Remove("features.0.bias");
        tensors["extra"] = HoneTensor.Scalar(1f);
        tensors["head.weight"] = new HoneTensor(DataType.Float32, new TensorShape(5, 4));
        string path = PathOf("changed.safetensors");
        SafetensorsWriter.Save(path, tensors);
        return path;
    }

    private sealed class Net : Module<TorchTensor, TorchTensor>
    {
        private readonly Sequential features = Sequential(Conv2d(3, 4, 3, padding: 1), BatchNorm2d(4), ReLU());
        private readonly Linear head = Linear(4, 2);

        public Net()
            : base("net") => RegisterComponents();

        public override TorchTensor forward(TorchTensor input) => head.call(features.call(input).mean([2, 3]));
    }
}
