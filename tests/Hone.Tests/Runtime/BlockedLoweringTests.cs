using Hone.Graphs;
using Hone.Kernels.Blocked;
using Hone.Quantization;
using Hone.Quantization.WeightOnly;
using Hone.Runtime;
using Hone.Tensors;
using Hone.TestKit;
using Hone.Tests.Quantization;

namespace Hone.Tests.Runtime;

/// <summary>Products with weights in blocks run by one kernel, in both forms, and give what the definition gives.</summary>
public class BlockedLoweringTests
{
    [Theory]
    [InlineData("MatMul", DataType.Int4, true, 64, 32)]
    [InlineData("MatMul", DataType.UInt4, false, 70, 16)]
    [InlineData("MatMul", DataType.Int4, true, 20, 32)]
    [InlineData("MatMul", DataType.UInt4, false, 1100, 512)]
    [InlineData("Gemm", DataType.UInt8, false, 70, 32)]
    [InlineData("Gemm", DataType.Int8, true, 300, 128)]
    public void BothForms_RunByTheKernel(string operatorName, DataType type, bool isSymmetric, int inner, int blockSize)
    {
        foreach (WeightOnlyFormat format in Enum.GetValues<WeightOnlyFormat>())
        {
            if (format == WeightOnlyFormat.MatMulNBits && blockSize > 256)
                continue;
            Graph graph = Network(operatorName, inner);
            WeightOnlyQuantizer.Quantize(graph, new() { DataType = type, IsSymmetric = isSymmetric, BlockSize = blockSize, Format = format });
            Dictionary<string, Tensor> batch = Batch(inner);
            float[] expected = ConvolutionalNetwork.Run(graph, batch);
            using CompiledModel compiled = CompiledModel.Compile(new Model(graph));
            TensorAssert.Close(Tensor.Vector<float>(expected), Tensor.Vector<float>(compiled.Run(batch).Single().Value.ToSingleArray()), 1e-4, 2e-5);
            Assert.Contains($"f32-u{type.BitWidth()}b-gemm", compiled.Describe(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Int8Accuracy_IsTakenFromOptionsAndFromTheNode()
    {
        Graph graph = Network("MatMul", 128);
        WeightOnlyQuantizer.Quantize(graph, WeightOnlyQuantizationConfig.Int4);
        Dictionary<string, Tensor> batch = Batch(128);
        using CompiledModel exact = CompiledModel.Compile(new Model(graph)), rounded = CompiledModel.Compile(new Model(graph), new() { BlockedProducts = ProductAccuracy.Int8 });
        float[] expected = exact.Run(batch).Single().Value.ToSingleArray(), actual = rounded.Run(batch).Single().Value.ToSingleArray();
        double error = expected.Zip(actual, (a, b) => Math.Pow(a - b, 2)).Sum(), signal = expected.Sum(a => (double)a * a);
        Assert.True(error < 1e-3 * signal, $"{error} of {signal}");
        if (rounded.Describe().Contains("avx512vnni", StringComparison.Ordinal))
            Assert.Contains("int8__avx512vnni", rounded.Describe(), StringComparison.Ordinal);
        Assert.DoesNotContain("int8__", exact.Describe(), StringComparison.Ordinal);
    }

    /// <summary>A product with a bias, a residual and a function behind it.</summary>
    private static Graph Network(string operatorName, int inner)
    {
        Random random = new(inner);
        GraphBuilder builder = new();
        SymbolicShape rows = new(Dimension.Symbolic("N"), inner);
        Value x = builder.Input("x", DataType.Float32, rows);
        Value residual = builder.Input("r", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 50));
        Value bias = builder.Constant("b", RandomTensors.Create(random, DataType.Float32, 50));
        Value product = operatorName == "Gemm"
            ? builder.Node("Gemm", [x, builder.Constant("w", RandomTensors.Create(random, DataType.Float32, 50, inner)), bias], AttributeMap.Of(("transB", 1L)))
            : builder.Node("Add", [builder.Node("MatMul", [x, builder.Constant("w", RandomTensors.Create(random, DataType.Float32, inner, 50))]), bias]);
        builder.Output(builder.Node("Relu", [builder.Node("Add", [product, residual])]), "y");
        return builder.Build();
    }

    private static Dictionary<string, Tensor> Batch(int inner) => new()
    {
        ["x"] = RandomTensors.Create(new Random(2), DataType.Float32, 7, inner),
        ["r"] = RandomTensors.Create(new Random(3), DataType.Float32, 7, 50),
    };
}
