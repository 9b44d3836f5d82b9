using Google.Protobuf;
using Hone.Graphs;
using Hone.Onnx;
using Hone.Onnx.Protobuf;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Onnx;

public sealed class ExternalDataTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hone-tests-");

    private string ModelPath => Path.Combine(_folder.FullName, "model.onnx");

    [Fact]
    public void SaveThenLoad_KeepsEveryBit_AndTheModelFileStaysSmall()
    {
        Model model = TwoConstants(out Tensor large, out Tensor small);
        OnnxWriter.Save(model, ModelPath, new OnnxWriteOptions { UseExternalData = true });
        Assert.InRange(new FileInfo(ModelPath).Length, 1, 2000);
        Graph graph = OnnxReader.Load(ModelPath).Graph;
        Assert.True(graph.FindValue("large")!.Constant!.BitwiseEquals(large));
        Assert.True(graph.FindValue("small")!.Constant!.BitwiseEquals(small));
        Assert.Equal(["model.onnx", "model.onnx.data"], _folder.GetFiles().Select(f => f.Name).Order());
    }

    [Fact]
    public void OnnxRuntime_ReadsIt()
    {
        Model model = TwoConstants(out Tensor large, out _);
        OnnxWriter.Save(model, ModelPath, new OnnxWriteOptions { UseExternalData = true });
        using OnnxRuntimeSession session = new(ModelPath);
        Assert.True(session.Run(new Dictionary<string, Tensor>())[0].BitwiseEquals(large));
    }

    [Fact]
    public void SavingOverTheFilesItCameFrom_Works()
    {
        OnnxWriter.Save(TwoConstants(out Tensor large, out _), ModelPath, new OnnxWriteOptions { UseExternalData = true });
        OnnxWriter.Save(OnnxReader.Load(ModelPath), ModelPath, new OnnxWriteOptions { UseExternalData = true });
        Assert.True(OnnxReader.Load(ModelPath).Graph.FindValue("large")!.Constant!.BitwiseEquals(large));
    }

    [Fact]
    public void ToAStream_IsAnErrorThatSaysWhy()
    {
        using MemoryStream stream = new();
        HoneException error = Assert.Throws<HoneException>(() => OnnxWriter.Save(TwoConstants(out _, out _), stream, new OnnxWriteOptions { UseExternalData = true }));
        Assert.Contains("path", error.Message);
    }

    [Theory]
    [InlineData("../secret", "0", "4")]
    [InlineData("/etc/hostname", "0", "4")]
    [InlineData("missing", "0", "4")]
    [InlineData("", "0", "4")]
    [InlineData("data", "-1", "4")]
    [InlineData("data", "6", "4")]
    [InlineData("data", "9223372036854775807", "4")]
    [InlineData("data", "0", "3")]
    [InlineData("data", "x", "4")]
    [InlineData("link", "0", "4")]
    [InlineData(".", "0", "4")]
    [InlineData("da\0ta", "0", "4")]
    public void BadReference_IsAFormatError(string location, string offset, string length)
    {
        string inside = Directory.CreateDirectory(Path.Combine(_folder.FullName, "inside")).FullName;
        File.WriteAllBytes(Path.Combine(_folder.FullName, "secret"), new byte[8]);
        File.WriteAllBytes(Path.Combine(inside, "data"), new byte[8]);
        File.CreateSymbolicLink(Path.Combine(inside, "link"), Path.Combine(_folder.FullName, "secret"));
        string path = Path.Combine(inside, "model.onnx");
        File.WriteAllBytes(path, Reference(location, offset, length).ToByteArray());
        Assert.Throws<ModelFormatException>(() => OnnxReader.Load(path));
    }

    [Fact]
    public void ReferenceFromMemory_NeedsTheFolder()
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "data"), [0, 0, 0, 0, 0, 0, 0x80, 0x3F]);
        ModelProto proto = Reference("data", "4", "4");
        Assert.Contains(nameof(OnnxReadOptions.ExternalDataDirectory), Assert.Throws<ModelFormatException>(() => OnnxFiles.Load(proto)).Message);
        Model model = OnnxFiles.Load(proto, new OnnxReadOptions { ExternalDataDirectory = _folder.FullName });
        Assert.Equal(1f, model.Graph.FindValue("c")!.Constant!.Item<float>());
    }

    [Fact]
    public void FailedSave_LeavesTheOldFileAndNoOther()
    {
        Model model = TwoConstants(out _, out _);
        OnnxWriter.Save(model, ModelPath);
        byte[] before = File.ReadAllBytes(ModelPath);
        // The data file cannot take its name, which is a folder's.
        Directory.CreateDirectory($"{ModelPath}.data");
        Assert.Throws<HoneException>(() => OnnxWriter.Save(model, ModelPath, new OnnxWriteOptions { UseExternalData = true }));
        Assert.Equal(before, File.ReadAllBytes(ModelPath));
        Assert.Equal(["model.onnx"], _folder.GetFiles().Select(f => f.Name));
    }

    [Fact]
    public void UnwritableFolder_IsAHoneError() =>
        Assert.Throws<HoneException>(() => OnnxWriter.Save(TwoConstants(out _, out _), Path.Combine(_folder.FullName, "nowhere", "model.onnx")));

    public void Dispose() => _folder.Delete(recursive: true);

    private static Model TwoConstants(out Tensor large, out Tensor small)
    {
        large = RandomTensors.Create(new Random(3), DataType.Float32, 100, 100);
        small = Tensor.Vector(1f, 2f);
        GraphBuilder builder = new();
        builder.Output(builder.Node("Identity", [builder.Constant("large", large)]), "y");
        builder.Output(builder.Node("Identity", [builder.Constant("small", small)]), "z");
        return new Model(builder.Build());
    }

    private static ModelProto Reference(string location, string offset, string length)
    {
        TensorProto tensor = OnnxFiles.TensorOf(DataType.Float32, 1);
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        foreach ((string key, string value) in new[] { ("location", location), ("offset", offset), ("length", length) })
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        ModelProto proto = OnnxFiles.Empty();
        proto.Graph.Initializer.Add(tensor);
        return proto;
    }
}
