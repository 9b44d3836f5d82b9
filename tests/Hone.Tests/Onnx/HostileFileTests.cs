using Hone.Graphs;
using Hone.Onnx;
using Hone.Onnx.Protobuf;
using Hone.Tensors;

namespace Hone.Tests.Onnx;

public class HostileFileTests
{
    /// <summary>Of bit flips; a failure prints the seed of its own file.</summary>
    private const int Files = 3000;

    [Fact]
    public void TruncatedFile_AtEveryLength_NeverCrashes()
    {
        byte[] file = SmallModel();
        for (int length = 0; length < file.Length; length++)
            AssertHandled(file[..length], $"length {length}");
    }

    [Fact]
    public void DamagedFile_NeverCrashes()
    {
        byte[] file = SmallModel();
        for (int seed = 0; seed < Files; seed++)
        {
            Random random = new(seed);
            byte[] damaged = (byte[])file.Clone();
            for (int i = random.Next(1, 4); i > 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)(random.Next(4) == 0 ? 0xFF : random.Next(256));
            AssertHandled(damaged, $"seed {seed}");
        }
    }

    [Fact]
    public void RandomBytes_AreAFormatError()
    {
        byte[] noise = new byte[4096];
        new Random(1).NextBytes(noise);
        Assert.Throws<ModelFormatException>(() => OnnxReader.Load(noise));
    }

    [Fact]
    public void EmptyFile_IsAFormatError() => Assert.Throws<ModelFormatException>(() => OnnxReader.Load(ReadOnlyMemory<byte>.Empty));

    [Fact]
    public void DeepNesting_IsAFormatError()
    {
        ModelProto proto = OnnxFiles.Empty();
        GraphProto graph = proto.Graph;
        for (int depth = 0; depth < 200; depth++)
        {
            GraphProto inner = new() { Name = "g" };
            graph.Node.Add(OnnxFiles.Node("If", ["c"], ["y"], new AttributeProto { Name = "then_branch", Type = AttributeProto.Types.AttributeType.Graph, G = inner }));
            graph = inner;
        }

        Assert.Throws<ModelFormatException>(() => OnnxFiles.Load(proto));
    }

    [Fact]
    public void DeclaredLengthBeyondTheFile_TakesNoMemory()
    {
        // Field 7 (graph), whose length is said to be 2 GB.
        byte[] file = [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x0A];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ModelFormatException>(() => OnnxReader.Load(file));
        using MemoryStream stream = new(file);
        Assert.Throws<ModelFormatException>(() => OnnxReader.Load(stream));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 22);
    }

    [Fact]
    public void LongChain_DoesNotOverflowTheStack()
    {
        ModelProto proto = OnnxFiles.Empty();
        proto.Graph.Input.Add(OnnxFiles.FloatInput("v0", 1));
        const int Length = 20_000;
        // Backwards, so that sorting has to follow the whole chain.
        for (int i = Length; i > 0; i--)
            proto.Graph.Node.Add(OnnxFiles.Node("Identity", [$"v{i - 1}"], [$"v{i}"]));
        proto.Graph.Output.Add(new ValueInfoProto { Name = $"v{Length}" });
        Assert.Equal(Length, OnnxFiles.Load(proto).Graph.Nodes.Count);
    }

    private static void AssertHandled(byte[] file, string which)
    {
        try
        {
            OnnxReader.Load(file);
        }
        catch (HoneException)
        {
        }
        catch (Exception e)
        {
            Assert.Fail($"{which}: {e}");
        }
    }

    /// <summary>A quantized convolution with a residual path and a matrix product: many kinds of attributes, types and constants.</summary>
    private static byte[] SmallModel()
    {
        GraphBuilder builder = new("small");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 2, 5, 5));
        Value scale = builder.Constant("scale", Tensor.Scalar(0.1f));
        Value zero = builder.Constant("zero", Tensor.Scalar((byte)3));
        Value quantized = builder.Node("DequantizeLinear", [builder.Node("QuantizeLinear", [x, scale, zero]), scale, zero]);
        Value weight = builder.Constant("weight", new Tensor(DataType.Float32, new TensorShape(3, 2, 3, 3)));
        Value bias = builder.Constant("bias", Tensor.Vector(1f, 2f, 3f));
        Value conv = builder.Node("Conv", [quantized, weight, bias], AttributeMap.Of(("kernel_shape", new[] { 3L, 3 }), ("pads", new[] { 1L, 1, 1, 1 })));
        Value pooled = builder.Node("MaxPool", [conv], AttributeMap.Of(("kernel_shape", new[] { 2L, 2 }), ("auto_pad", "SAME_UPPER")));
        Value normal = builder.Node("BatchNormalization", [pooled, bias, bias, bias, bias], AttributeMap.Of(("epsilon", 1e-3f)));
        builder.Output(builder.Node("Flatten", [normal]), "y");
        return OnnxFiles.Save(new Model(builder.Build()));
    }
}
