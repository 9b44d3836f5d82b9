using Hone.Evaluation;
using Hone.Graphs;
using Hone.Kernels.Cpu;
using Hone.Runtime;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Runtime;

public class RecurrentLoweringTests
{
    private const int Batch = 3, Steps = 7, Size = 13;

    public static TheoryData<string, string, int, bool> Cases()
    {
        TheoryData<string, string, int, bool> cases = [];
        foreach (string kind in new[] { "LSTM", "GRU", "GRU reset after", "RNN", "RNN relu" })
        {
            foreach (string direction in new[] { "forward", "reverse", "bidirectional" })
            {
                cases.Add(kind, direction, 5, false);
                cases.Add(kind, direction, 70, true);
                cases.Add(kind, direction, 128, true);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryOption_AgreesWithReference(string kind, string direction, int hidden, bool takesAll)
    {
        foreach (bool batchFirst in new[] { false, true })
            Check(kind, direction, hidden, takesAll, batchFirst, new CompileOptions());
        Check(kind, direction, hidden, takesAll, false, new CompileOptions { ForceStaticKernels = true });
        Check(kind, direction, hidden, takesAll, false, new CompileOptions { MaxIsa = Isa.Avx2 });
    }

    /// <summary>Wide enough that the threads share every step.</summary>
    [Theory]
    [InlineData("LSTM")]
    [InlineData("GRU")]
    [InlineData("GRU reset after")]
    [InlineData("RNN")]
    public void WideLayer_IsSharedByThreads(string kind) => Check(kind, "forward", 423, false, false, new CompileOptions());

    /// <summary>Weights are rounded to 8 bits of significand; the sums of 45 products are not.</summary>
    [Theory]
    [InlineData("LSTM")]
    [InlineData("GRU")]
    [InlineData("GRU reset after")]
    [InlineData("RNN relu")]
    public void BFloat16_StaysWithinItsRounding(string kind)
    {
        foreach (Isa isa in new[] { Isa.Portable, Isa.Avx2, Isa.Avx512Bf16 })
            Check(kind, "bidirectional", 45, false, false, new CompileOptions { Precision = Precision.BFloat16, MaxIsa = isa }, 3e-2);
    }

    private static void Check(string kind, string direction, int hidden, bool takesAll, bool batchFirst, CompileOptions options, double tolerance = 2e-5)
    {
        Graph graph = Build(kind, direction, hidden, takesAll, batchFirst);
        Dictionary<string, Tensor> inputs = graph.Inputs.ToDictionary(
            i => i.Name, i => i.DataType == DataType.Int32 ? Tensor.Create(new[] { 7, 4, 0 }, Batch) : Floats(i.Name.Length, 1, [.. i.Shape!.ToTensorShape()!.Dimensions]));
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), options);
        Assert.DoesNotContain("reference", compiled.Describe(), StringComparison.Ordinal);
        IReadOnlyDictionary<string, Tensor> actual = compiled.Run(inputs);
        IReadOnlyList<Tensor> expected = reference.Run(inputs);
        for (int i = 0; i < graph.Outputs.Count; i++)
            TensorAssert.Close(expected[i], actual[graph.Outputs[i].Name], tolerance, tolerance);
    }

    private static Graph Build(string kind, string direction, int hidden, bool takesAll, bool batchFirst)
    {
        string name = kind.Split(' ')[0];
        int gates = name switch { "LSTM" => 4, "GRU" => 3, _ => 1 }, directions = direction == "bidirectional" ? 2 : 1;
        GraphBuilder builder = new("recurrent");
        float range = 1 / MathF.Sqrt(hidden);
        long[] state = batchFirst ? [Batch, directions, hidden] : [directions, Batch, hidden];
        List<Value?> inputs =
        [
            Input("x", DataType.Float32, batchFirst ? [Batch, Steps, Size] : [Steps, Batch, Size]),
            builder.Constant("w", Floats(1, range, directions, gates * hidden, Size)),
            builder.Constant("r", Floats(2, range, directions, gates * hidden, hidden)),
            builder.Constant("b", Floats(3, 1, directions, 2 * gates * hidden)),
        ];
        if (takesAll)
        {
            inputs.Add(Input("lengths", DataType.Int32, [Batch]));
            inputs.Add(Input("h0", DataType.Float32, state));
            if (name == "LSTM")
            {
                inputs.Add(Input("cell0", DataType.Float32, state));
                inputs.Add(builder.Constant("p", Floats(4, 1, directions, 3 * hidden)));
            }
        }

        AttributeMap attributes = AttributeMap.Of(("hidden_size", (long)hidden), ("direction", direction), ("layout", batchFirst ? 1L : 0L));
        if (takesAll)
            attributes = attributes.With("clip", 0.7f);
        if (kind == "GRU reset after")
            attributes = attributes.With("linear_before_reset", 1L);
        if (kind == "RNN relu")
            attributes = attributes.With("activations", Enumerable.Repeat("Relu", directions).ToArray());
        string[] names = name == "LSTM" ? ["y", "yh", "yc"] : ["y", "yh"];
        foreach (Value? output in builder.Node(name, inputs.ToArray(), names, attributes).Outputs)
            builder.Output(output!);
        return builder.Build();

        Value Input(string input, DataType type, long[] shape) => builder.Input(input, type, new SymbolicShape(new TensorShape(shape)));
    }

    private static Tensor Floats(int seed, float range, params long[] shape)
    {
        Random random = new(seed);
        Tensor tensor = new(DataType.Float32, new TensorShape(shape));
        foreach (ref float element in tensor.AsSpan<float>())
            element = (float)((random.NextDouble() * 2) - 1) * range;
        return tensor;
    }
}
