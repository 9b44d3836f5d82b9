using Hone.Evaluation;
using Hone.Graphs;
using Hone.Quantization;
using Hone.Quantization.Dynamic;
using Hone.Runtime;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Quantization;

public class DynamicQuantizerTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Gemm_StaysClose_AndRunsInOnnxRuntime(bool transposes, bool isPerChannel)
    {
        Graph graph = Linear(transposes);
        Graph quantized = graph.Copy();
        DynamicQuantizer.Quantize(quantized, new DynamicQuantizationConfig { IsPerChannel = isPerChannel });
        GraphChecker.Check(quantized);
        Assert.Contains(quantized.Nodes, n => n.Is("MatMulInteger"));
        Assert.Equal("y", quantized.Outputs[0].Name);
        Dictionary<string, Tensor> inputs = new() { ["x"] = RandomFloats(1, 5, 48) };
        Tensor expected = Run(graph, inputs);
        Tensor actual = Run(quantized, inputs);
        double range = expected.ToSingleArray().Max(Math.Abs);
        TensorAssert.Close(expected, actual, 0, 0.03 * range);
        using OnnxRuntimeSession session = OnnxRuntimeSession.Of(new Model(quantized));
        TensorAssert.Close(session.Run(inputs)[0], actual, 0, 1e-5 * range);
    }

    [Fact]
    public void ConvolutionWeights_AreStoredAsIntegers()
    {
        GraphBuilder builder = new("net");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(1, 3, 8, 8));
        builder.Output(builder.Node("Conv", [x, builder.Constant("w", RandomFloats(2, 16, 3, 3, 3))], outputName: "y"));
        Graph graph = builder.Build();
        Graph quantized = graph.Copy();
        DynamicQuantizer.Quantize(quantized);
        GraphChecker.Check(quantized);
        Assert.True(quantized.ConstantByteCount() < 0.35 * graph.ConstantByteCount());
        Dictionary<string, Tensor> inputs = new() { ["x"] = RandomFloats(3, 1, 3, 8, 8) };
        TensorAssert.Close(Run(graph, inputs), Run(quantized, inputs), 0, 0.1);
    }

    [Fact]
    public void NothingToQuantize_Throws()
    {
        GraphBuilder builder = new("net");
        builder.Output(builder.Node("Relu", [builder.Input("x", DataType.Float32, new SymbolicShape(1))], outputName: "y"));
        Assert.Throws<QuantizationException>(() => DynamicQuantizer.Quantize(builder.Build()));
    }

    [Fact]
    public void WeightWithNaN_IsNamed()
    {
        Graph graph = Linear(true);
        graph.FindValue("w")!.Constant!.AsSpan<float>()[3] = float.NaN;
        Assert.Equal("w", Assert.Throws<QuantizationException>(() => DynamicQuantizer.Quantize(graph)).TensorName);
    }

    [Theory]
    [InlineData("LSTM", 4, true)]
    [InlineData("LSTM", 4, false)]
    [InlineData("GRU", 3, true)]
    public void RecurrentLayer_StaysClose_AndRunsOnIntegers(string name, int gates, bool isPerChannel)
    {
        Graph graph = Recurrent(name, gates), quantized = graph.Copy();
        DynamicQuantizer.Quantize(quantized, new DynamicQuantizationConfig { IsPerChannel = isPerChannel });
        GraphChecker.Check(quantized);
        Dictionary<string, Tensor> inputs = new() { ["x"] = RandomFloats(1, 9, 2, 12) };
        TensorAssert.Close(Run(graph, inputs), Run(quantized, inputs), 0, 0.02);
        using OnnxRuntimeSession session = OnnxRuntimeSession.Of(new Model(quantized));
        TensorAssert.Close(session.Run(inputs)[0], Run(quantized, inputs), 0, 1e-5);
        using CompiledModel compiled = CompiledModel.Compile(new Model(quantized));
        TensorAssert.Close(Run(graph, inputs), compiled.Run(inputs)["y"], 0, 0.03);
        Assert.Contains("/u8-s8", compiled.Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lstm_AsOnnxRuntimesOperator_StaysClose_AndRunsThere(bool isPerChannel)
    {
        Graph graph = Recurrent("LSTM", 4), quantized = graph.Copy();
        DynamicQuantizer.Quantize(quantized, new DynamicQuantizationConfig { IsPerChannel = isPerChannel, UsesOnnxRuntimeOperators = true });
        GraphChecker.Check(quantized);
        Assert.Contains(quantized.Nodes, n => n.Operator.Name == "DynamicQuantizeLSTM");
        Dictionary<string, Tensor> inputs = new() { ["x"] = RandomFloats(1, 9, 2, 12) };
        TensorAssert.Close(Run(graph, inputs), Run(quantized, inputs), 0, 0.03);
        using OnnxRuntimeSession session = OnnxRuntimeSession.Of(new Model(quantized));
        TensorAssert.Close(session.Run(inputs)[0], Run(quantized, inputs), 0, 0.02);
        using CompiledModel compiled = CompiledModel.Compile(new Model(quantized));
        TensorAssert.Close(Run(quantized, inputs), compiled.Run(inputs)["y"], 0, 0.01);
    }

    [Fact]
    public void RecurrentLayer_MayKeepItsInputs()
    {
        Graph graph = Recurrent("GRU", 3);
        DynamicQuantizer.Quantize(graph, new DynamicQuantizationConfig { QuantizesRecurrentLayers = false });
        Assert.DoesNotContain(graph.Nodes, n => n.Is("DynamicQuantizeLinear"));
        Assert.Equal(2, graph.Nodes.Count(n => n.Is("DequantizeLinear")));
    }

    private static Graph Recurrent(string name, int gates)
    {
        const int Size = 12, Hidden = 20;
        GraphBuilder builder = new("recurrent");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(9, 2, Size));
        Value w = builder.Constant("w", RandomFloats(2, 2, gates * Hidden, Size)), r = builder.Constant("r", RandomFloats(3, 2, gates * Hidden, Hidden));
        foreach (Value weight in new[] { w, r })
        {
            foreach (ref float element in weight.Constant!.AsSpan<float>())
                element *= 0.2f;
        }

        Value b = builder.Constant("b", RandomFloats(4, 2, 2 * gates * Hidden));
        AttributeMap attributes = AttributeMap.Of(("hidden_size", (long)Hidden), ("direction", "bidirectional"));
        if (name == "GRU")
            attributes = attributes.With("linear_before_reset", 1L);
        builder.Output(builder.Node(name, [x, w, r, b], ["y"], attributes).Outputs[0]!);
        return builder.Build();
    }

    private static Graph Linear(bool transposes)
    {
        GraphBuilder builder = new("linear");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 48));
        Value w = builder.Constant("w", transposes ? RandomFloats(4, 20, 48) : RandomFloats(4, 48, 20));
        Value b = builder.Constant("b", RandomFloats(5, 20));
        builder.Output(builder.Node("Gemm", [x, w, b], AttributeMap.Of(("transB", transposes)), "y"));
        return builder.Build();
    }

    private static Tensor RandomFloats(int seed, params long[] shape)
    {
        Random random = new(seed);
        Tensor tensor = new(DataType.Float32, new TensorShape(shape));
        foreach (ref float element in tensor.AsSpan<float>())
            element = (float)((random.NextDouble() * 2) - 1);
        return tensor;
    }

    private static Tensor Run(Graph graph, Dictionary<string, Tensor> inputs)
    {
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        return runner.Run(inputs)[0];
    }
}
