using Hone.Evaluation;
using Hone.Graphs;
using Hone.Kernels.Cpu;
using Hone.Runtime;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Runtime;

public class AttentionTests
{
    public static TheoryData<int, int, int, int> Sizes() => new()
    {
        { 1, 1, 5, 3 }, { 7, 13, 8, 8 }, { 25, 300, 64, 64 }, { 130, 257, 33, 70 }, { 64, 512, 16, 5 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Operator_AgreesWithReference(int queries, int keys, int depth, int valueDepth)
    {
        foreach (string mask in new[] { "none", "float", "bool", "keys", "bool keys", "finite keys", "causal" })
        {
            CheckOperator(queries, keys, depth, valueDepth, mask, new CompileOptions());
            CheckOperator(queries, keys, depth, valueDepth, mask, new CompileOptions { MaxIsa = Isa.Avx2 });
            CheckOperator(queries, keys, depth, valueDepth, mask, new CompileOptions { ForceStaticKernels = true });
        }
    }

    /// <summary>The ways in which exporters write attention become one step, whatever the names.</summary>
    [Theory]
    [InlineData("divided scores")]
    [InlineData("multiplied scores, mask")]
    [InlineData("scaled operands, mask")]
    [InlineData("scaled queries, condition")]
    [InlineData("joined heads")]
    public void WrittenInPieces_IsOneStep(string spelling)
    {
        const int batch = 2, length = 11, heads = 3, depth = 8;
        GraphBuilder builder = new("pieces");
        Value x = Input(builder, "x", batch, length, heads * depth);
        Value q = Split(builder, Projection(builder, x, 1)), k = Split(builder, Projection(builder, x, 2)), v = Split(builder, Projection(builder, x, 3));
        bool scalesOperands = spelling.StartsWith("scaled", StringComparison.Ordinal);
        if (scalesOperands)
            q = builder.Node("Mul", [q, Scalar(builder, spelling.Contains("operands") ? 0.6f : 0.36f)]);
        Value transposed = builder.Node("Transpose", [k], AttributeMap.Of(("perm", new long[] { 0, 1, 3, 2 })));
        if (spelling.Contains("operands"))
            transposed = builder.Node("Mul", [transposed, Scalar(builder, 0.6f)]);
        Value scores = builder.Node("MatMul", [q, transposed]);
        if (!scalesOperands)
            scores = spelling.StartsWith("multiplied", StringComparison.Ordinal) ? builder.Node("Mul", [Scalar(builder, 0.36f), scores]) : builder.Node("Div", [scores, Scalar(builder, 2.7f)]);
        if (spelling.EndsWith("mask", StringComparison.Ordinal))
            scores = builder.Node("Add", [scores, Input(builder, "mask", batch, 1, 1, length)]);
        if (spelling.EndsWith("condition", StringComparison.Ordinal))
        {
            Value condition = builder.Node("Greater", [Input(builder, "mask", length, length), Scalar(builder, -0.9f)]);
            scores = builder.Node("Where", [condition, scores, Scalar(builder, float.NegativeInfinity)]);
        }

        Value context = builder.Node("MatMul", [builder.Node("Softmax", [scores], AttributeMap.Of(("axis", -1L))), v]);
        Value joined = builder.Node("Transpose", [context], AttributeMap.Of(("perm", new long[] { 0, 2, 1, 3 })));
        builder.Output(builder.Node("Reshape", [joined, builder.Constant("joined", Tensor.Create(new long[] { batch, length, heads * depth }, 3))]), "y");
        string plan = Check(builder.Build(), new CompileOptions(), 1e-5);
        Assert.Contains("flash-attention", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Softmax", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("transpose ", plan, StringComparison.Ordinal);

        static Value Split(GraphBuilder builder, Value value) => builder.Node(
            "Transpose",
            [builder.Node("Reshape", [value, builder.Constant(builder.UniqueName("split"), Tensor.Create(new long[] { batch, length, heads, depth }, 4))])],
            AttributeMap.Of(("perm", new long[] { 0, 2, 1, 3 })));
    }

    /// <summary>The operator takes no mask of fewer than two axes: such sums must not be turned into one.</summary>
    [Theory]
    [InlineData()]
    [InlineData(11L)]
    [InlineData(1L, 11L)]
    public void MaskOfAnyRank_GivesTheSame(params long[] maskShape)
    {
        GraphBuilder builder = new("pieces");
        Value q = Input(builder, "q", 2, 3, 5, 8), k = Input(builder, "k", 2, 3, 8, 11), v = Input(builder, "v", 2, 3, 11, 8);
        Value scores = builder.Node("Add", [builder.Node("MatMul", [q, k]), Input(builder, "mask", maskShape)]);
        builder.Output(builder.Node("MatMul", [builder.Node("Softmax", [scores], AttributeMap.Of(("axis", -1L))), v]), "y");
        string plan = Check(builder.Build(), new CompileOptions(), 1e-5);
        Assert.Equal(maskShape.Length >= 2, plan.Contains("flash-attention", StringComparison.Ordinal));
    }

    [Fact]
    public void Operator_AllocatesNothing()
    {
        GraphBuilder builder = new("attention");
        Value q = Input(builder, "q", 2, 7, 24), k = Input(builder, "k", 2, 9, 24), v = Input(builder, "v", 2, 9, 24);
        AttributeMap attributes = AttributeMap.Of(("q_num_heads", 3L), ("kv_num_heads", 3L));
        builder.Output(builder.Node("Attention", [q, k, v, Input(builder, "mask", 7, 9)], attributes), "y");
        Graph graph = builder.Build();
        Dictionary<string, Tensor> feeds = RandomTensors.FeedsOf(graph, 1);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), new CompileOptions { Threads = 1 });
        AllocationTests.AssertAllocatesNothing(compiled, feeds, "Attention");
    }

    [Theory]
    [InlineData(true, "Div")]
    [InlineData(true, "Reciprocal")]
    [InlineData(false, "Div")]
    [InlineData(false, "Reciprocal")]
    public void NormalizationInPieces_IsOneStep(bool isCentered, string division)
    {
        foreach (bool hasGain in new[] { false, true })
        {
            GraphBuilder builder = new("norm");
            Value x = Input(builder, "x", 2, 5, 24), axes = builder.Constant("axes", Tensor.Create(new long[] { -1 }, 1));
            Value centered = isCentered ? builder.Node("Sub", [x, builder.Node("ReduceMean", [x, axes])]) : x;
            Value variance = builder.Node("ReduceMean", [builder.Node("Pow", [centered, Scalar(builder, 2)]), axes]);
            Value root = builder.Node("Sqrt", [builder.Node("Add", [variance, Scalar(builder, 1e-5f)])]);
            Value y = division == "Div" ? builder.Node("Div", [centered, root]) : builder.Node("Mul", [centered, builder.Node("Reciprocal", [root])]);
            if (hasGain)
                y = builder.Node("Add", [builder.Node("Mul", [builder.Constant("gain", Floats(5, 24)), y]), builder.Constant("bias", Floats(6, 24))]);
            builder.Output(y, "y");
            string plan = Check(builder.Build(), new CompileOptions(), 1e-5);
            Assert.Contains(isCentered ? "f32-layer-norm" : "f32-rms-norm", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("ReduceMean", plan, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Pow")]
    [InlineData("Mul")]
    [InlineData("factored")]
    public void TanhGeluInPieces_IsOneStep(string cube)
    {
        GraphBuilder builder = new("gelu");
        Value x = Input(builder, "x", 3, 50);
        Value square = builder.Node("Mul", [x, x]);
        Value inner = cube switch
        {
            "Pow" => builder.Node("Add", [x, builder.Node("Mul", [Scalar(builder, 0.044715f), builder.Node("Pow", [x, Scalar(builder, 3)])])]),
            "Mul" => builder.Node("Add", [builder.Node("Mul", [builder.Node("Mul", [square, x]), Scalar(builder, 0.044715f)]), x]),
            _ => builder.Node("Mul", [x, builder.Node("Add", [Scalar(builder, 1), builder.Node("Mul", [square, Scalar(builder, 0.044715f)])])]),
        };
        Value tanh = builder.Node("Tanh", [builder.Node("Mul", [inner, Scalar(builder, 0.7978846f)])]);
        builder.Output(builder.Node("Mul", [builder.Node("Mul", [Scalar(builder, 0.5f), x]), builder.Node("Add", [tanh, Scalar(builder, 1)])]), "y");
        string plan = Check(builder.Build(), new CompileOptions(), 1e-5);
        Assert.Contains("Gelu", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Tanh", plan, StringComparison.Ordinal);
    }

    [Fact]
    public void HalfASquare_IsNoGelu()
    {
        GraphBuilder builder = new("square");
        Value x = Input(builder, "x", 3, 5);
        builder.Output(builder.Node("Mul", [builder.Node("Mul", [x, x]), Scalar(builder, 0.5f)]), "y");
        Assert.DoesNotContain("Gelu", Check(builder.Build(), new CompileOptions(), 1e-6), StringComparison.Ordinal);
    }

    private static void CheckOperator(int queries, int keys, int depth, int valueDepth, string mask, CompileOptions options)
    {
        if (mask == "causal" && queries > keys)
            return;
        GraphBuilder builder = new("attention");
        Value q = Input(builder, "q", 2, 4, queries, depth), k = Input(builder, "key", 2, 2, keys, depth), v = Input(builder, "value", 2, 2, keys, valueDepth);
        Value? m = mask switch
        {
            "float" => Input(builder, "mask", 4, queries, keys),
            "bool" => builder.Node("Greater", [Input(builder, "mask", 2, 1, queries, keys), Scalar(builder, -0.5f)]),
            "bool keys" => builder.Node("Greater", [Input(builder, "mask", 2, 1, 1, keys), Scalar(builder, -0.9f)]),
            "finite keys" => builder.Node("Where", [
                builder.Node("Greater", [Input(builder, "mask", 2, 1, 1, keys), Scalar(builder, keys == 1 ? 2 : -0.5f)]), Scalar(builder, 0), Scalar(builder, -float.MaxValue)]),
            "keys" => Input(builder, "mask", 2, 1, 1, keys),
            _ => null,
        };
        builder.Output(builder.Node("Attention", [q, k, v, m], AttributeMap.Of(("is_causal", mask == "causal" ? 1L : 0L))), "y");
        Assert.Contains("flash-attention", Check(builder.Build(), options, 1e-5), StringComparison.Ordinal);
    }

    private static string Check(Graph graph, CompileOptions options, double tolerance)
    {
        Dictionary<string, Tensor> inputs = graph.Inputs.ToDictionary(i => i.Name, i => Floats(i.Name.Length, [.. i.Shape!.ToTensorShape()!.Dimensions]));
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), options);
        TensorAssert.Close(reference.Run(inputs)[0], compiled.Run(inputs)["y"], tolerance, tolerance);
        return compiled.Describe();
    }

    private static Value Input(GraphBuilder builder, string name, params long[] shape) => builder.Input(name, DataType.Float32, new SymbolicShape(new TensorShape(shape)));

    private static Value Projection(GraphBuilder builder, Value x, int seed) => builder.Node("MatMul", [x, builder.Constant($"w{seed}", Floats(seed, 24, 24))]);

    private static Value Scalar(GraphBuilder builder, float value) => builder.Constant(builder.UniqueName("number"), Tensor.Create(new[] { value }));

    private static Tensor Floats(int seed, params long[] shape)
    {
        Random random = new(seed);
        Tensor tensor = new(DataType.Float32, new TensorShape(shape));
        foreach (ref float element in tensor.AsSpan<float>())
            element = (float)((random.NextDouble() * 2) - 1);
        return tensor;
    }
}
