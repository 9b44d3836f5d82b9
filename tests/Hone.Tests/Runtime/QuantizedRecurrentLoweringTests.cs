using Hone.Evaluation;
using Hone.Graphs;
using Hone.Kernels.Cpu;
using Hone.Runtime;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Runtime;

/// <summary>
/// Layers on integers. One step from given states shows every sum exactly; over many steps a state next to a tie may fall to either code, which
/// costs a step of its range here and there.
/// </summary>
public class QuantizedRecurrentLoweringTests
{
    private const int Size = 13;

    private readonly Random _random = new(3);

    public static TheoryData<string, int, bool, DataType> Cases()
    {
        TheoryData<string, int, bool, DataType> cases = [];
        foreach (string direction in new[] { "forward", "reverse", "bidirectional" })
        {
            cases.Add(direction, 5, false, DataType.Int8);
            cases.Add(direction, 70, true, DataType.UInt8);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void DynamicQuantizeLstm_AgreesWithReference(string direction, int hidden, bool takesAll, DataType weights)
    {
        OperatorCase one = Lstm(1, 3, direction, hidden, takesAll, weights), many = Lstm(7, 3, direction, hidden, takesAll, weights);
        foreach (CompileOptions options in Tiers())
        {
            AssertClose(one.Evaluate(), RunCompiled(one.Build(), one, options), 2e-5);
            AssertClose(many.Evaluate(), RunCompiled(many.Build(), many, options), 2e-2, mean: 1e-3);
        }
    }

    /// <summary>Wide enough that the threads share every step.</summary>
    [Fact]
    public void DynamicQuantizeLstm_SharedByThreads_AgreesWithReference()
    {
        OperatorCase wide = Lstm(1, 9, "forward", 423, false, DataType.Int8);
        AssertClose(wide.Evaluate(), RunCompiled(wide.Build(), wide, new CompileOptions()), 2e-5);
    }

    [Theory]
    [InlineData("forward")]
    [InlineData("bidirectional")]
    public void DynamicQuantizeLstm_AgreesWithOnnxRuntime(string direction)
    {
        OperatorCase lstm = Lstm(12, 1, direction, 33, false, DataType.Int8);
        AssertClose(lstm.RunOnnxRuntime(), RunCompiled(lstm.Build(), lstm, new CompileOptions()), 2e-2, mean: 1e-3);
    }

    /// <summary>First states that are their own codes, so that quantization changes nothing: the layer must give what its nodes give one by one.</summary>
    [Theory]
    [InlineData("LSTM", 4, "forward")]
    [InlineData("LSTM", 4, "bidirectional")]
    [InlineData("GRU", 3, "reverse")]
    [InlineData("GRU", 3, "bidirectional")]
    public void QuantizedInputAndWeights_MakeAnIntegerLayer(string name, int gates, string direction)
    {
        const int Hidden = 37;
        Graph graph = Pattern(name, gates, direction, Hidden, steps: 1, resetsAfter: true);
        Dictionary<string, Tensor> inputs = new() { ["x"] = Float(1, 3, Size), ["h0"] = OnGrid(direction == "bidirectional" ? 2 : 1, 3, Hidden) };
        foreach (CompileOptions options in Tiers())
            AssertClose(Reference(graph, inputs), Compiled(graph, inputs, options, "u8-s8"), 1e-4);
    }

    [Theory]
    [InlineData("LSTM", 4, false)]
    [InlineData("GRU", 3, true)]
    [InlineData("GRU", 3, true, 128)]
    [InlineData("GRU", 3, false)]
    public void QuantizedInputAndWeights_OverManySteps_StayCloseToTheFloatLayer(string name, int gates, bool resetsAfter, int hidden = 70)
    {
        Graph graph = Pattern(name, gates, "bidirectional", hidden, steps: 20, resetsAfter);
        Dictionary<string, Tensor> inputs = new() { ["x"] = Float(20, 3, Size), ["h0"] = Float(2, 3, hidden) };
        AssertClose(Reference(graph, inputs), Compiled(graph, inputs, new CompileOptions(), "u8-s8"), 3e-2, mean: 3e-3);
    }

    /// <summary>Weights alone in 8 bits are dequantized when the layer is packed, not at every run.</summary>
    [Fact]
    public void StoredWeights_AreDequantizedOnce()
    {
        Graph graph = Pattern("LSTM", 4, "forward", 9, steps: 3, resetsAfter: false, quantizesInput: false);
        Dictionary<string, Tensor> inputs = new() { ["x"] = Float(3, 3, Size), ["h0"] = Float(1, 3, 9) };
        AssertClose(Reference(graph, inputs), Compiled(graph, inputs, new CompileOptions(), "f32"), 2e-5);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph));
        Assert.DoesNotContain("DequantizeLinear", compiled.Describe().Replace("DequantizeLinear+", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static CompileOptions[] Tiers() =>
        [new(), new() { ForceStaticKernels = true }, new() { MaxIsa = Isa.Avx2 }, new() { MaxIsa = Isa.Portable }];

    private OperatorCase Lstm(int steps, int batch, string direction, int hidden, bool takesAll, DataType weights)
    {
        int directions = direction == "bidirectional" ? 2 : 1;
        long[] parameters = takesAll ? [directions, 4 * hidden] : [directions];
        AttributeMap attributes = AttributeMap.Of(("hidden_size", (long)hidden), ("direction", direction));
        int[] lengths = [.. Enumerable.Range(0, batch).Select(i => Math.Max(0, steps - i))];
        return new OperatorCase(
            "DynamicQuantizeLSTM",
            Float(steps, batch, Size),
            RandomTensors.Codes(_random, weights, directions, Size, 4 * hidden),
            RandomTensors.Codes(_random, weights, directions, hidden, 4 * hidden),
            Float(directions, 8 * hidden),
            takesAll ? Tensor.Vector<int>(lengths) : null,
            Float(directions, batch, hidden),
            Float(directions, batch, hidden),
            takesAll ? Float(directions, 3 * hidden) : null,
            Scales(hidden, parameters),
            Zeros(weights, parameters),
            Scales(hidden, parameters),
            Zeros(weights, parameters))
        {
            Domain = "com.microsoft",
            Attributes = takesAll ? attributes.With("clip", 0.9f) : attributes,
            OutputCount = 3,
            Constants = [1, 2, 3, 7, 8, 9, 10, 11],
        };
    }

    private Graph Pattern(string name, int gates, string direction, int hidden, int steps, bool resetsAfter, bool quantizesInput = true)
    {
        int directions = direction == "bidirectional" ? 2 : 1;
        GraphBuilder builder = new("pattern");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(new TensorShape(steps, 3, Size)));
        Value h0 = builder.Input("h0", DataType.Float32, new SymbolicShape(new TensorShape(directions, 3, hidden)));
        if (quantizesInput)
        {
            Node quantize = builder.Node("DynamicQuantizeLinear", [x], ["codes", "scale", "zero"]);
            x = builder.Node("DequantizeLinear", [quantize.Outputs[0], quantize.Outputs[1], quantize.Outputs[2]]);
        }

        AttributeMap attributes = AttributeMap.Of(("hidden_size", (long)hidden), ("direction", direction));
        if (resetsAfter && name == "GRU")
            attributes = attributes.With("linear_before_reset", 1L);
        Value[] inputs = [x, Weight("w", Size), Weight("r", hidden), builder.Constant("b", Float(directions, 2 * gates * hidden))];
        foreach (Value? output in builder.Node(name, [.. inputs, null, h0], name == "LSTM" ? ["y", "yh", "yc"] : ["y", "yh"], attributes).Outputs)
            builder.Output(output!);
        return builder.Build();

        Value Weight(string weight, int width) => builder.Node(
            "DequantizeLinear",
            [
                builder.Constant(weight, RandomTensors.Codes(_random, DataType.Int8, directions, gates * hidden, width)),
                builder.Constant($"{weight}_scale", Scales(hidden, gates * hidden)),
                builder.Constant($"{weight}_zero", Zeros(DataType.Int8, gates * hidden)),
            ],
            AttributeMap.Of(("axis", 1L)));
    }

    private static IReadOnlyList<Tensor> RunCompiled(Graph graph, OperatorCase @case, CompileOptions options)
    {
        Dictionary<string, Tensor> feeds = [];
        foreach (Value input in graph.Inputs)
            feeds[input.Name] = @case.Inputs[int.Parse(input.Name[2..], System.Globalization.CultureInfo.InvariantCulture)]!;
        return Compiled(graph, feeds, options, "u8-s8");
    }

    private static IReadOnlyList<Tensor> Compiled(Graph graph, Dictionary<string, Tensor> inputs, CompileOptions options, string kernel)
    {
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), options);
        IReadOnlyDictionary<string, Tensor> outputs = compiled.Run(inputs);
        Assert.Contains($"/{kernel}", compiled.Describe(), StringComparison.Ordinal);
        return [.. graph.Outputs.Select(o => outputs[o.Name])];
    }

    private static IReadOnlyList<Tensor> Reference(Graph graph, Dictionary<string, Tensor> inputs)
    {
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        return runner.Run(inputs);
    }

    private static void AssertClose(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual, double tolerance, double mean = double.PositiveInfinity)
    {
        for (int i = 0; i < expected.Count; i++)
        {
            TensorAssert.Close(expected[i], actual[i], tolerance, tolerance, $"output {i}");
            Assert.InRange(expected[i].ToSingleArray().Zip(actual[i].ToSingleArray(), (e, a) => Math.Abs(e - a)).Average(), 0, mean);
        }
    }

    /// <summary>Numbers that are their own codes; each direction has a range of its own, whose ends are its first two.</summary>
    private Tensor OnGrid(params long[] shape)
    {
        Tensor tensor = Float(shape);
        Span<float> values = tensor.AsSpan<float>();
        int perDirection = values.Length / (int)shape[0];
        for (int i = 0; i < values.Length; i++)
            values[i] = ((i % perDirection < 2 ? 255 * (i % perDirection) : _random.Next(256)) - 100) * (1f / 256);
        return tensor;
    }

    private Tensor Scales(int hidden, params long[] shape)
    {
        Tensor tensor = Float(shape);
        foreach (ref float value in tensor.AsSpan<float>())
            value = (1 + Math.Abs(value)) / 256 / MathF.Sqrt(hidden);
        return tensor;
    }

    private static Tensor Zeros(DataType type, params long[] shape)
    {
        TensorShape zeros = new(shape);
        byte[] bytes = new byte[zeros.ElementCount];
        Array.Fill(bytes, type == DataType.UInt8 ? (byte)128 : (byte)0);
        return Tensor.FromBytes(type, zeros, bytes);
    }

    private Tensor Float(params long[] shape) => RandomTensors.Create(_random, DataType.Float32, shape);
}
