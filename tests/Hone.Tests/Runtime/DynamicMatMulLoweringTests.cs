using Hone.Evaluation;
using Hone.Graphs;
using Hone.Kernels.Cpu;
using Hone.Runtime;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Runtime;

/// <summary>ONNX Runtime's products with operands that are quantized at run time.</summary>
public class DynamicMatMulLoweringTests
{
    private const int K = 45;

    private readonly Random _random = new(5);

    [Theory]
    [InlineData("DynamicQuantizeMatMul", 1, DataType.Int8, false)]
    [InlineData("DynamicQuantizeMatMul", 19, DataType.Int8, true)]
    [InlineData("DynamicQuantizeMatMul", 70, DataType.UInt8, false)]
    [InlineData("MatMulIntegerToFloat", 19, DataType.Int8, true)]
    [InlineData("MatMulIntegerToFloat", 19, DataType.UInt8, true)]
    [InlineData("MatMulIntegerToFloat", 70, DataType.Int8, false)]
    public void ProductsOfOneOperand_ShareItsCodes(string name, int columns, DataType type, bool isPerColumn)
    {
        GraphBuilder builder = new("products");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 7, K));
        Node? quantize = name == "MatMulIntegerToFloat" ? builder.Node("DynamicQuantizeLinear", [x], ["codes", "scale", "zero"]) : null;
        for (int i = 0; i < 3; i++)
        {
            TensorShape parameters = isPerColumn ? new TensorShape(columns) : TensorShape.Scalar;
            byte[] zeroPoints = new byte[parameters.ElementCount];
            Array.Fill(zeroPoints, type == DataType.UInt8 ? (byte)128 : (byte)0);
            Tensor scale = new(DataType.Float32, parameters);
            foreach (ref float element in scale.AsSpan<float>())
                element = 0.001f * (1 + _random.NextSingle());
            Value codes = builder.Constant($"w{i}", RandomTensors.Codes(_random, type, K, columns)), columnScale = builder.Constant($"s{i}", scale);
            Value zeroPoint = builder.Constant($"z{i}", Tensor.FromBytes(type, parameters, zeroPoints));
            Value? bias = i == 0 ? null : builder.Constant($"b{i}", RandomTensors.Create(_random, DataType.Float32, columns));
            Value?[] operands = quantize is null
                ? [x, codes, columnScale, zeroPoint, bias]
                : [quantize.Outputs[0], codes, quantize.Outputs[1], columnScale, quantize.Outputs[2], zeroPoint, bias];
            Value product = builder.Node(name, operands, domain: "com.microsoft");
            builder.Output(i == 2 ? builder.Node("Relu", [product], outputName: $"y{i}") : builder.Node("Identity", [product], outputName: $"y{i}"));
        }

        Graph graph = builder.Build();
        Dictionary<string, Tensor> inputs = new() { ["x"] = RandomTensors.Create(_random, DataType.Float32, 2, 7, K) };
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        IReadOnlyList<Tensor> expected = reference.Run(inputs);
        using OnnxRuntimeSession session = OnnxRuntimeSession.Of(new Model(graph));
        IReadOnlyList<Tensor> peer = session.Run(inputs);
        foreach (CompileOptions options in new CompileOptions[] { new(), new() { ForceStaticKernels = true }, new() { MaxIsa = Isa.Avx2 }, new() { MaxIsa = Isa.Portable } })
        {
            using CompiledModel compiled = CompiledModel.Compile(new Model(graph), options);
            IReadOnlyDictionary<string, Tensor> actual = compiled.Run(inputs);
            string plan = compiled.Describe();
            Assert.DoesNotContain("reference", plan, StringComparison.Ordinal);
            Assert.Equal(1, plan.Split("u8-dynamic-quantize").Length - 1);
            for (int i = 0; i < 3; i++)
            {
                TensorAssert.Close(expected[i], actual[$"y{i}"], 1e-5, 1e-5);
                TensorAssert.Close(peer[i], actual[$"y{i}"], 1e-4, 1e-4);
            }
        }
    }
}
