using Hone.Evaluation;
using Hone.Graphs;
using Hone.Runtime;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>
/// Quantized patterns become one 8-bit step each, with the very bits of the documented arithmetic: exact int32 sums, the float32 factor
/// (input scale * weight scale) / output scale, rounding half to even.
/// </summary>
public class QuantizedLoweringTests
{
    private const float InputScale = 0.02f;
    private const float OutputScale = 0.11f;

    public static TheoryData<int, bool, bool, bool> Convolutions
    {
        get
        {
            TheoryData<int, bool, bool, bool> data = [];
            for (int i = 0; i < 16; i++)
                data.Add(i, (i & 1) != 0, (i & 2) != 0, (i & 4) != 0);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void Conv_IsBitEqualToQLinearConv(int seed, bool isSigned, bool perChannel, bool isDepthwise)
    {
        DataType type = isSigned ? DataType.Int8 : DataType.UInt8;
        (int inputZero, int outputZero) = isSigned ? (-5, 7) : (121, 100);
        long channels = 3 + (seed % 5), outChannels = isDepthwise ? channels : 4 + seed, groupChannels = isDepthwise ? 1 : channels;
        AttributeMap attributes = AttributeMap.Of(("pads", new[] { 1L, 0, 1, 2 }), ("strides", new[] { 1L + (seed % 2), 1 }), ("group", isDepthwise ? channels : 1));

        QuantizedGraph g = new(seed);
        Value x = g.Builder.Input("x", type, new SymbolicShape(Dimension.Symbolic("N"), channels, 7, 6));
        Value weights = g.WeightCodes(outChannels, groupChannels, 3, 3);
        float[] scales = perChannel ? g.Scales(outChannels) : [0.003f];
        int[] bias = g.Bias(outChannels);
        float[] biasScales = Array.ConvertAll(scales, s => InputScale * s);
        Value scale = g.Constant("scales", perChannel ? Tensor.Vector(scales) : Tensor.Scalar(scales[0]));
        AttributeMap axis = AttributeMap.Of(("axis", 0));
        Value w = g.Builder.Node("DequantizeLinear", [weights, scale], axis);
        Value b = g.Builder.Node("DequantizeLinear", [g.Constant("bias", Tensor.Vector(bias)), g.Constant("bias_scale", perChannel ? Tensor.Vector(biasScales) : Tensor.Scalar(biasScales[0]))], axis);
        Value y = g.Builder.Node("Conv", [g.Dequantize(x, InputScale, inputZero), w, b], attributes);
        g.Builder.Output(g.Quantize(y, OutputScale, outputZero, type), "y");

        GraphBuilder oracle = new();
        Value codes = oracle.Input("x", type, new SymbolicShape(Dimension.Symbolic("N"), channels, 7, 6));
        Value Scalar(string name, float number) => oracle.Constant(name, Tensor.Scalar(number));
        Value Zero(string name, int zeroPoint) => oracle.Constant(name, isSigned ? Tensor.Scalar((sbyte)zeroPoint) : Tensor.Scalar((byte)zeroPoint));
        Value?[] inputs =
        [
            codes, Scalar("xs", InputScale), Zero("xz", inputZero), oracle.Constant("w", weights.Constant!), oracle.Constant("ws", scale.Constant!), oracle.Constant("wz", Tensor.Scalar((sbyte)0)),
            Scalar("ys", OutputScale), Zero("yz", outputZero), oracle.Constant("b", Tensor.Vector(bias)),
        ];
        oracle.Output(oracle.Node("QLinearConv", inputs, attributes), "y");
        AssertOneStepOfTheSameBits(g.Builder.Build(), oracle.Build(), QuantizedGraph.Codes(seed, type, 2, channels, 7, 6));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void ConvAddRelu_IsBitEqualToItsPieces(bool isSigned, int seed)
    {
        DataType type = isSigned ? DataType.Int8 : DataType.UInt8;
        int shift = isSigned ? 128 : 0;
        Graph Build(bool exposesProduct)
        {
            QuantizedGraph g = new(seed);
            Value x = g.Builder.Input("x", type, new SymbolicShape(1, 8, 6, 5));
            Value w = g.Builder.Node("DequantizeLinear", [g.WeightCodes(8, 8, 3, 3), g.Scale(0.003f)]);
            Value product = g.Quantize(g.Builder.Node("Conv", [g.Dequantize(x, InputScale, 128 - shift), w], AttributeMap.Of(("pads", new[] { 1L, 1, 1, 1 }))), 0.2f, 120 - shift, type);
            Value sum = g.Builder.Node("Add", [g.Dequantize(product, 0.2f, 120 - shift), g.Dequantize(x, InputScale, 128 - shift)]);
            g.Builder.Output(g.Quantize(g.Builder.Node("Relu", [sum]), 0.15f, 3 - shift, type), "y");
            if (exposesProduct)
                g.Builder.Output(product, "product");
            return g.Builder.Build();
        }

        Tensor codes = QuantizedGraph.Codes(seed, type, 1, 8, 6, 5);
        using CompiledModel fused = CompiledModel.Compile(new Model(Build(exposesProduct: false)));
        using CompiledModel pieces = CompiledModel.Compile(new Model(Build(exposesProduct: true)));
        Tensor expected = pieces.Run(new Dictionary<string, Tensor> { ["x"] = codes })["y"];
        Assert.True(expected.BitwiseEquals(fused.Run(codes)));
        Assert.Single(fused.Profile()[0].Steps, s => s.Operators.Contains("Conv", StringComparison.Ordinal) && s.Operators.Contains("Add", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Add", false)]
    [InlineData("Mul", false)]
    [InlineData("Add", true)]
    public void ElementwiseOfTwo_IsBitEqualToTheReference(string operatorName, bool isClamped)
    {
        QuantizedGraph g = new(1);
        Value a = g.Builder.Input("a", DataType.UInt8, new SymbolicShape(2, 3, 5, 7)), b = g.Builder.Input("b", DataType.UInt8, new SymbolicShape(2, 3, 5, 7));
        Value y = g.Builder.Node(operatorName, [g.Dequantize(a, 0.02f, 100), g.Dequantize(b, 0.03f, 7)]);
        if (isClamped)
            y = g.Builder.Node("Clip", [y, g.Constant("low", Tensor.Scalar(-0.5f)), g.Constant("high", Tensor.Scalar(3f))]);
        g.Builder.Output(g.Quantize(y, 0.04f, 30, DataType.UInt8), "y");
        Graph graph = g.Builder.Build();
        Dictionary<string, Tensor> feeds = new() { ["a"] = QuantizedGraph.Codes(1, DataType.UInt8, 2, 3, 5, 7), ["b"] = QuantizedGraph.Codes(2, DataType.UInt8, 2, 3, 5, 7) };
        AssertOneStepLikeTheReference(graph, feeds);
    }

    [Theory]
    [InlineData("Sigmoid")]
    [InlineData("HardSwish")]
    [InlineData("Tanh")]
    [InlineData("Relu")]
    public void FunctionOfOne_IsATableWithTheBitsOfTheReference(string operatorName)
    {
        foreach (DataType type in new[] { DataType.UInt8, DataType.Int8 })
        {
            QuantizedGraph g = new(1);
            Value x = g.Builder.Input("x", type, new SymbolicShape(300));
            Value y = g.Builder.Node(operatorName, [g.Builder.Node("LeakyRelu", [g.Dequantize(x, 0.03f, 20)])]);
            g.Builder.Output(g.Quantize(y, 0.01f, 5, type), "y");
            AssertOneStepLikeTheReference(g.Builder.Build(), new() { ["x"] = QuantizedGraph.Codes(3, type, 300) });
        }
    }

    [Theory]
    [InlineData("MaxPool")]
    [InlineData("Transpose")]
    [InlineData("Reshape")]
    public void Movement_RunsOnCodes(string operatorName)
    {
        QuantizedGraph g = new(1);
        Value x = g.Builder.Input("x", DataType.UInt8, new SymbolicShape(1, 4, 6, 6));
        Value d = g.Dequantize(x, 0.03f, 20);
        Value y = operatorName switch
        {
            "MaxPool" => g.Builder.Node("MaxPool", [d], AttributeMap.Of(("kernel_shape", new[] { 2L, 2 }))),
            "Transpose" => g.Builder.Node("Transpose", [d], AttributeMap.Of(("perm", new[] { 0L, 3, 1, 2 }))),
            _ => g.Builder.Node("Reshape", [d, g.Constant("shape", Tensor.Vector<long>(2, 72))]),
        };
        g.Builder.Output(g.Quantize(y, 0.03f, 20, DataType.UInt8), "y");
        Graph graph = g.Builder.Build();
        Dictionary<string, Tensor> feeds = new() { ["x"] = QuantizedGraph.Codes(3, DataType.UInt8, 1, 4, 6, 6) };
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph));
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        Assert.True(reference.Run(feeds)[0].BitwiseEquals(compiled.Run(feeds)["y"]));
        Assert.DoesNotContain(compiled.Profile()[0].Steps, s => s.Operators.Contains("quantize", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void DynamicLinear_IsOneProductCloseToTheReference()
    {
        Random random = new(4);
        QuantizedGraph g = new(4);
        Value x = g.Builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 5, 24));
        Node q = g.Builder.Node("DynamicQuantizeLinear", [x], ["q", "s", "z"]);
        Value sums = g.Builder.Node("MatMulInteger", [q.Outputs[0], g.WeightCodes(24, 10), q.Outputs[2]]);
        Value scale = g.Builder.Node("Mul", [q.Outputs[1], g.Constant("ws", Tensor.Vector(g.Scales(10)))]);
        Value y = g.Builder.Node("Mul", [g.Builder.Node("Cast", [sums], AttributeMap.Of(("to", DataType.Float32))), scale]);
        g.Builder.Output(g.Builder.Node("Relu", [g.Builder.Node("Add", [y, g.Constant("bias", RandomTensors.Create(random, DataType.Float32, 10))])]), "y");
        Graph graph = g.Builder.Build();
        Dictionary<string, Tensor> feeds = new() { ["x"] = RandomTensors.Create(random, DataType.Float32, 3, 5, 24) };
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph));
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        TensorAssert.Close(reference.Run(feeds)[0], compiled.Run(feeds)["y"], 1e-6, 1e-6);
        Assert.Equal(2, compiled.Profile()[0].Steps.Count);
    }

    private static void AssertOneStepOfTheSameBits(Graph graph, Graph oracle, Tensor codes)
    {
        Dictionary<string, Tensor> feeds = new() { ["x"] = codes };
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph));
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(oracle, oracle.Outputs);
        TensorAssert.Close(reference.Run(feeds)[0], compiled.Run(feeds)["y"]);
        Assert.Single(compiled.Profile()[0].Steps, s => s.Operators.Length > 0);
        Assert.DoesNotContain(compiled.Profile()[0].Steps, s => s.IsReference);
    }

    private static void AssertOneStepLikeTheReference(Graph graph, Dictionary<string, Tensor> feeds)
    {
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph));
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        TensorAssert.Close(reference.Run(feeds)[0], compiled.Run(feeds)["y"]);
        Assert.Single(compiled.Profile()[0].Steps);
        Assert.False(compiled.Profile()[0].Steps[0].IsReference);
    }
}
