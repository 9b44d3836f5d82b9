using Hone.Evaluation;
using Hone.Graphs;
using Hone.Kernels.Cpu;
using Hone.Runtime;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>Encoders that work on real tokens only give the same there, and zeros at padding.</summary>
public class PaddingRemovalTests
{
    private static readonly CompileOptions s_options = new() { RemovesPadding = true };

    public static TheoryData<string> Spellings => [.. RaggedEncoder.MaskSpellings];

    [Theory]
    [MemberData(nameof(Spellings))]
    public void EverySpellingOfTheMask_GivesTheSameAtTokens(string spelling)
    {
        Graph graph = RaggedEncoder.Create(spelling, 4, 11);
        int[] lengths = [5, 11, 1, 8];
        string plan = Check(graph, lengths, s_options);
        Assert.DoesNotContain("by reference", plan, StringComparison.Ordinal);
        Check(graph, lengths, s_options with { Threads = 1 });
        Check(graph, lengths, s_options with { MaxIsa = Isa.Avx2 });
        Check(graph, lengths, s_options with { ForceStaticKernels = true });
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(1, 0)]
    [InlineData(17, 1)]
    [InlineData(3, 130)]
    public void AnyBatchAndLengths_GiveTheSameAtTokens(int batch, int length)
    {
        Random random = new(batch + length);
        foreach (string spelling in new[] { "subtracted from one", "length first" })
        {
            Graph graph = RaggedEncoder.Create(spelling, batch, Math.Max(1, length));
            using CompiledModel compiled = CompiledModel.Compile(new Model(graph), s_options);
            Check(graph, compiled, [.. Enumerable.Range(0, batch).Select(_ => random.Next(length + 1))]);
            Check(graph, compiled, [.. Enumerable.Repeat(Math.Max(1, length), batch)]);
            Check(graph, compiled, new int[batch]);
        }
    }

    /// <summary>Any zeros and ones do: tokens are collected wherever they are.</summary>
    [Theory]
    [InlineData("from integers")]
    [InlineData("length first")]
    public void MaskWithGaps_GivesTheSameAtTokens(string spelling)
    {
        Graph graph = RaggedEncoder.Create(spelling, 3, 9);
        bool[][] tokens = [[false, false, true, true, false, true, true, true, true], [true, false, true, false, true, false, true, false, true], [false, false, false, false, false, false, false, false, true]];
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), s_options);
        Check(graph, compiled, tokens);
    }

    /// <summary>A mask that weighs keys is no mask of padding: such runs keep all tokens and apply it.</summary>
    [Fact]
    public void MaskThatWeighsKeys_GivesTheSameEverywhere()
    {
        Graph graph = RaggedEncoder.Create("subtracted from one", 2, 6);
        Dictionary<string, Tensor> feeds = Feeds(graph, AllTokens(2, 6));
        feeds["mask"].AsSpan<float>()[4] = 0.9999f;
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), s_options);
        TestKit.TensorAssert.Close(reference.Run(feeds)[0], compiled.Run(feeds)["y"], 1e-4, 1e-4);
    }

    /// <summary>One token, and a mean over tokens whose padding the mask sets to zero, need no padding in front of them.</summary>
    [Theory]
    [InlineData("first token")]
    [InlineData("masked mean")]
    [InlineData("tokens of length one")]
    public void HeadsThatIgnorePadding_GiveTheSame(string name)
    {
        Graph graph = RaggedEncoder.Create("subtracted from one", 3, 7, head: (b, x, mask) => name switch
        {
            "first token" => FirstToken(b, x),
            "masked mean" => MaskedMean(b, x, mask),
            _ => MaskedMean(b, b.Node("Div", [x, b.Node("ReduceL2", [x, b.Constant("elements", Tensor.Create(new long[] { 2 }, 1))])]), mask),
        });
        Dictionary<string, Tensor> feeds = Feeds(graph, Prefixes([3, 7, 2], 7));
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), s_options);
        TestKit.TensorAssert.Close(reference.Run(feeds)[1], compiled.Run(feeds)["head"], 1e-4, 1e-4);
        Assert.Contains("padding removed", compiled.Describe(), StringComparison.Ordinal);

        static Value FirstToken(GraphBuilder builder, Value x) => builder.Node(
            "Tanh", [builder.Node("MatMul", [builder.Node("Gather", [x, builder.Constant("first", Tensor.Scalar(0L))], AttributeMap.Of(("axis", 1L))), builder.Constant("pool", RandomNumbers.Floats(9, 24, 5))])]);
    }

    [Fact]
    public void FactorThatIsNotZeroAtPadding_KeepsPadding()
    {
        Graph graph = RaggedEncoder.Create("subtracted from one", 2, 5, head: (b, x, _) => MaskedMean(b, x, b.Input("weights", DataType.Float32, new SymbolicShape(new TensorShape(2, 5)))));
        Dictionary<string, Tensor> feeds = Feeds(graph, Prefixes([3, 2], 5));
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), s_options);
        IReadOnlyList<Tensor> expected = reference.Run(feeds);
        IReadOnlyDictionary<string, Tensor> actual = compiled.Run(feeds);
        TestKit.TensorAssert.Close(expected[1], actual["head"], 1e-4, 1e-4);
        TestKit.TensorAssert.Close(expected[0], actual["y"], 1e-4, 1e-4);
    }

    /// <summary>A mean over padding too would come out differently: the plan stays as it is and says why.</summary>
    [Fact]
    public void MeanOverPadding_StaysAsItIs()
    {
        Graph graph = RaggedEncoder.Create("subtracted from one", 2, 5, head: (b, x, _) => b.Node("ReduceMean", [x, b.Constant("meanAxis", Tensor.Create(new long[] { 1 }, 1))]));
        Dictionary<string, Tensor> feeds = Feeds(graph, Prefixes([3, 2], 5));
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), s_options);
        TestKit.TensorAssert.Close(reference.Run(feeds)[1], compiled.Run(feeds)["head"], 1e-4, 1e-4);
        Assert.Contains("(ReduceMean) computes from several tokens", compiled.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutTheOption_NothingChanges()
    {
        using CompiledModel compiled = CompiledModel.Compile(new Model(RaggedEncoder.Create("condition", 2, 5)));
        Assert.DoesNotContain("padding", compiled.Describe(), StringComparison.Ordinal);
        Assert.Null(compiled.Profile()[0].PaddingReport);
    }

    [Fact]
    public void DynamicallyQuantized_StaysNearTheFloats()
    {
        Graph graph = RaggedEncoder.Create("subtracted from one", 3, 13);
        Graph quantized = new Model(graph).QuantizeDynamic().Graph;
        bool[][] tokens = Prefixes([13, 4, 6], 13);
        Dictionary<string, Tensor> feeds = Feeds(graph, tokens);
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        using CompiledModel compiled = CompiledModel.Compile(new Model(quantized), s_options);
        CheckTokens(graph, reference.Run(feeds)[0], compiled.Run(feeds)["y"], tokens, 0.1);
        Assert.Contains("padding removed", compiled.Describe(), StringComparison.Ordinal);
        Assert.DoesNotContain("padding removed: 2 ", compiled.Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("condition")]
    [InlineData("length first")]
    public void Session_AllocatesNothing(string spelling)
    {
        Graph graph = RaggedEncoder.Create(spelling, 3, 9);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), s_options with { Threads = 1 });
        AllocationTests.AssertAllocatesNothing(compiled, Feeds(graph, Prefixes([3, 9, 5], 9)), spelling);
    }

    private static Value MaskedMean(GraphBuilder builder, Value x, Value mask)
    {
        Value factors = builder.Node("Unsqueeze", [mask, builder.Constant("last", Tensor.Create(new long[] { 2 }, 1))]);
        Value sum = builder.Node("ReduceSum", [builder.Node("Mul", [x, factors]), builder.Constant("tokenAxis", Tensor.Create(new long[] { 1 }, 1))], AttributeMap.Of(("keepdims", 0L)));
        return builder.Node("Div", [sum, builder.Node("ReduceSum", [factors, builder.Constant("countAxis", Tensor.Create(new long[] { 1 }, 1))], AttributeMap.Of(("keepdims", 0L)))]);
    }

    private static string Check(Graph graph, int[] lengths, CompileOptions options)
    {
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), options);
        Check(graph, compiled, lengths);
        return compiled.Describe();
    }

    private static void Check(Graph graph, CompiledModel compiled, int[] lengths) =>
        Check(graph, compiled, Prefixes(lengths, (int)graph.Inputs.Single(i => i.Name == "mask").Shape!.ToTensorShape()![1]));

    private static void Check(Graph graph, CompiledModel compiled, bool[][] tokens)
    {
        Dictionary<string, Tensor> feeds = Feeds(graph, tokens);
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        CheckTokens(graph, reference.Run(feeds)[0], compiled.Run(feeds)["y"], tokens, 1e-4);
        string plan = compiled.Describe();
        Assert.Contains("padding removed", plan, StringComparison.Ordinal);

        // The sum with the positions stays outside, everything behind it works on tokens.
        Assert.Equal(1, compiled.Profile()[0].Steps.Count(s => s.KernelId == "remove-padding"));
        Assert.Equal(1, compiled.Profile()[0].Steps.Count(s => s.KernelId == "restore-padding"));
    }

    private static void CheckTokens(Graph graph, Tensor expected, Tensor actual, bool[][] tokens, double tolerance)
    {
        bool isLengthFirst = graph.Inputs.Single(i => i.Name == "tokens").Shape!.ToTensorShape()![0] != tokens.Length || graph.Nodes.Any(n => n.Attributes.GetInts("perm") is [2, 0, 1, 3]);
        int width = (int)expected.Shape[2];
        ReadOnlySpan<float> e = expected.AsSpan<float>(), a = actual.AsSpan<float>();
        for (int sequence = 0; sequence < tokens.Length; sequence++)
        {
            for (int position = 0; position < tokens[0].Length; position++)
            {
                int first = (isLengthFirst ? position * tokens.Length + sequence : sequence * tokens[0].Length + position) * width;
                for (int i = first; i < first + width; i++)
                {
                    float wanted = tokens[sequence][position] ? e[i] : 0;
                    Assert.True(Math.Abs(wanted - a[i]) <= tolerance * (1 + Math.Abs(wanted)), $"Sequence {sequence}, position {position}: {a[i]} instead of {wanted}.");
                }
            }
        }
    }

    private static bool[][] Prefixes(int[] lengths, int most) => [.. lengths.Select(l => Enumerable.Range(0, most).Select(i => i < l).ToArray())];

    private static bool[][] AllTokens(int batch, int length) => Prefixes([.. Enumerable.Repeat(length, batch)], length);

    private static Dictionary<string, Tensor> Feeds(Graph graph, bool[][] tokens)
    {
        Dictionary<string, Tensor> feeds = [];
        foreach (Value input in graph.Inputs)
        {
            long[] shape = [.. input.Shape!.ToTensorShape()!.Dimensions];
            bool[] flat = [.. tokens.SelectMany(t => t)];
            feeds.Add(input.Name, (input.Name, input.DataType) switch
            {
                ("mask", DataType.Bool) => Tensor.Create(flat, shape),
                ("mask", DataType.Int64) => Tensor.Create(Array.ConvertAll(flat, t => t ? 1L : 0L), shape),
                ("mask", _) => Tensor.Create(Array.ConvertAll(flat, t => t ? 1f : 0f), shape),
                _ => RandomNumbers.Floats(input.Name.Length, shape),
            });
        }

        return feeds;
    }
}
