using Hone.Evaluation;
using Hone.Graphs;
using Hone.Runtime;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Runtime;

public class RotaryEmbeddingTests
{
    private const int Entries = 40;

    [Theory]
    [InlineData(1, 1, 1, 2, 0)]
    [InlineData(1, 4, 1, 8, 0)]
    [InlineData(2, 3, 7, 10, 0)]
    [InlineData(2, 2, 5, 64, 24)]
    [InlineData(3, 1, 13, 26, 26)]
    public void Operator_AgreesWithReference(int batch, int heads, int length, int size, int rotated)
    {
        foreach (string form in new[] { "heads", "joined", "split", "angles of tokens", "offset", "microsoft", "microsoft joined" })
        {
            foreach (bool interleaved in new[] { false, true })
                Check(Build(form, interleaved, batch, heads, length, size, rotated, out Dictionary<string, Tensor> feeds), feeds, form);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(Entries)]
    public void PositionWithoutAngles_IsAnError(long position)
    {
        Graph graph = Build("heads", false, 1, 2, 3, 8, 0, out Dictionary<string, Tensor> feeds);
        feeds["positions"].AsSpan<long>()[1] = position;
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph));
        Assert.Contains($"position {position}", Assert.Throws<ModelFormatException>(() => compiled.Run(feeds)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Operator_AllocatesNothing()
    {
        Graph graph = Build("heads", true, 1, 2, 3, 8, 0, out Dictionary<string, Tensor> feeds);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), new CompileOptions { Threads = 1 });
        AllocationTests.AssertAllocatesNothing(compiled, feeds, "RotaryEmbedding");
    }

    /// <summary>A cache that is empty yet, and one that is not, are joined by copies.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Concat_OfACache_IsAKernel(int past)
    {
        GraphBuilder builder = new("cache");
        Value old = builder.Input("past", DataType.Float32, new SymbolicShape(1, 3, Dimension.Symbolic("past"), 4)), added = builder.Input("new", DataType.Float32, new SymbolicShape(1, 3, 2, 4));
        builder.Output(builder.Node("Concat", [old, added], AttributeMap.Of(("axis", 2L))), "y");
        Random random = new(1);
        Dictionary<string, Tensor> feeds = new() { ["past"] = RandomTensors.Create(random, DataType.Float32, 1, 3, past, 4), ["new"] = RandomTensors.Create(random, DataType.Float32, 1, 3, 2, 4) };
        Check(builder.Build(), feeds, "cache");
    }

    private static Graph Build(string form, bool interleaved, int batch, int heads, int length, int size, int rotated, out Dictionary<string, Tensor> feeds)
    {
        GraphBuilder builder = new("rotary");
        Random random = new(size + length);
        int half = (rotated > 0 ? rotated : size) / 2;
        bool isMicrosoft = form.StartsWith("microsoft", StringComparison.Ordinal) || form == "offset", isJoined = form.EndsWith("joined", StringComparison.Ordinal);
        long[] shape = isJoined ? [batch, length, heads * size] : form == "split" ? [batch, length, heads, size] : [batch, heads, length, size];
        feeds = new() { ["x"] = RandomTensors.Create(random, DataType.Float32, shape) };
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(new TensorShape(shape)));
        if (form == "split")
            x = builder.Node("Transpose", [x], AttributeMap.Of(("perm", new long[] { 0, 2, 1, 3 })));
        long[] angles = form == "angles of tokens" ? [batch, length, half] : [Entries, half];
        Value cosine = builder.Constant("cosine", RandomTensors.Create(random, DataType.Float32, angles)), sine = builder.Constant("sine", RandomTensors.Create(random, DataType.Float32, angles));
        Value? positions = null;
        if (form != "angles of tokens")
        {
            long[] places = form == "offset" ? [1] : [batch, length];
            positions = builder.Input("positions", DataType.Int64, new SymbolicShape(new TensorShape(places)));
            feeds["positions"] = new Tensor(DataType.Int64, new TensorShape(places));
            foreach (ref long position in feeds["positions"].AsSpan<long>())
                position = random.Next(Entries - length);
        }

        AttributeMap attributes = AttributeMap.Of(("interleaved", interleaved ? 1L : 0L), ("rotary_embedding_dim", (long)rotated));
        if (isJoined)
            attributes = attributes.With("num_heads", (long)heads);
        Value y = isMicrosoft ? builder.Node("RotaryEmbedding", [x, positions, cosine, sine], attributes, domain: "com.microsoft") : builder.Node("RotaryEmbedding", [x, cosine, sine, positions], attributes);
        builder.Output(y, "y");
        return builder.Build();
    }

    private static void Check(Graph graph, Dictionary<string, Tensor> feeds, string form)
    {
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph));
        TensorAssert.Close(reference.Run(feeds)[0], compiled.Run(feeds)["y"], 1e-6, 1e-6);
        Assert.DoesNotContain("reference", compiled.Describe(), StringComparison.Ordinal);
        Assert.False(form == "split" && compiled.Describe().Contains("transpose", StringComparison.Ordinal));
    }
}
