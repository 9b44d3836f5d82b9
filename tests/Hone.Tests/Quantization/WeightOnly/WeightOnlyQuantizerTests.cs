using Hone.Evaluation;
using Hone.Graphs;
using Hone.Quantization;
using Hone.Quantization.Analysis;
using Hone.Quantization.WeightOnly;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Quantization.WeightOnly;

public class WeightOnlyQuantizerTests
{
    [Fact]
    public void Int8_EveryWeight_IsStoredAsIntegers()
    {
        Graph graph = ConvolutionalNetwork.Create();
        Graph quantized = graph.Copy();
        WeightOnlyQuantizer.Quantize(quantized);
        GraphChecker.Check(quantized);
        Assert.Equal(4, quantized.Nodes.Count(n => n.Is("DequantizeLinear")));
        Assert.DoesNotContain(quantized.Constants, c => c.DataType == DataType.Float32 && c.Shape!.Rank >= 2);
        ValueError output = ErrorAnalysis.Compare(graph, quantized, ConvolutionalNetwork.Batches(1), ReferenceEngine.Instance)[^1];
        Assert.True(output.SignalToNoise > 35, $"{output}");
    }

    [Theory]
    [InlineData(DataType.Int4, true, 64, false)]
    [InlineData(DataType.Int4, true, 70, false)]
    [InlineData(DataType.UInt4, false, 70, true)]
    [InlineData(DataType.UInt4, false, 20, true)]
    [InlineData(DataType.Int8, true, 70, true)]
    public void Blocks_AgreeWithOnnxRuntime_AndStayWithinHalfAStep(DataType type, bool isSymmetric, int inner, bool isTransposed)
    {
        Graph graph = Matrix(inner, isTransposed);
        Graph quantized = graph.Copy();
        WeightOnlyQuantizer.Quantize(quantized, new WeightOnlyQuantizationConfig { DataType = type, IsSymmetric = isSymmetric, BlockSize = 32 });
        GraphChecker.Check(quantized);
        Tensor scales = quantized.FindValue("w_scale")!.Constant!;
        long blocks = (inner + 31) / 32;
        Assert.Equal(isTransposed ? new TensorShape(6, blocks) : new TensorShape(blocks, 6), scales.Shape);

        // A weight of one, one row at a time, shows each dequantized weight.
        Tensor x = new(DataType.Float32, new TensorShape(inner, inner));
        for (int i = 0; i < inner; i++)
            x.AsSpan<float>()[(i * inner) + i] = 1;
        Dictionary<string, Tensor> batch = new() { ["x"] = x };
        float[] exact = ConvolutionalNetwork.Run(graph, batch);
        float[] actual = ConvolutionalNetwork.Run(quantized, batch);
        AssertNear(exact, actual, (scales.ToSingleArray().Max() * 0.5f) + (isSymmetric ? scales.ToSingleArray().Max() * 0.5f : 0));
        using OnnxRuntimeSession session = OnnxRuntimeSession.Of(new Model(quantized));
        AssertNear(session.Run(batch)[0].ToSingleArray(), actual, 1e-5f);
    }

    [Fact]
    public void Int4_TakesAboutAnEighthOfTheBytes()
    {
        Graph graph = Matrix(1024, isTransposed: false);
        long before = graph.ConstantByteCount();
        WeightOnlyQuantizer.Quantize(graph, WeightOnlyQuantizationConfig.Int4);
        Assert.InRange(graph.ConstantByteCount() / (double)before, 1 / 8.0, 1 / 5.5);
    }

    [Fact]
    public void SharedWeight_IsStoredOnce()
    {
        GraphBuilder builder = new("shared");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(1, 8));
        Value w = builder.Constant("w", RandomTensors.Create(new Random(1), DataType.Float32, 8, 8));
        builder.Output(builder.Node("MatMul", [builder.Node("MatMul", [x, w]), w]), "y");
        Graph graph = builder.Build();
        WeightOnlyQuantizer.Quantize(graph);
        GraphChecker.Check(graph);
        Assert.Single(graph.Nodes, n => n.Is("DequantizeLinear"));
    }

    [Theory]
    [InlineData(DataType.Float32, null)]
    [InlineData(DataType.Int16, null)]
    [InlineData(DataType.Int4, 1)]
    public void OptionOutOfRange_Throws(DataType type, int? blockSize) => Assert.Throws<QuantizationException>(() =>
        WeightOnlyQuantizer.Quantize(Matrix(64, false), new WeightOnlyQuantizationConfig { DataType = type, BlockSize = blockSize }));

    [Theory]
    [InlineData(null)]
    [InlineData(16)]
    public void NaN_NamesTheWeight(int? blockSize)
    {
        Graph graph = Matrix(64, false);
        graph.FindValue("w")!.Constant!.AsSpan<float>()[5] = float.NaN;
        QuantizationException e = Assert.Throws<QuantizationException>(() => WeightOnlyQuantizer.Quantize(graph, new() { BlockSize = blockSize }));
        Assert.Equal("w", e.TensorName);
    }

    [Fact]
    public void NothingToQuantize_Throws() => Assert.Throws<QuantizationException>(() =>
        WeightOnlyQuantizer.Quantize(Matrix(64, false), new WeightOnlyQuantizationConfig { ExcludedNodes = new HashSet<string> { "y" } }));

    private static Graph Matrix(int inner, bool isTransposed)
    {
        GraphBuilder builder = new("matrix");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), inner));
        Tensor weight = isTransposed ? RandomTensors.Create(new Random(1), DataType.Float32, 6, inner) : RandomTensors.Create(new Random(1), DataType.Float32, inner, 6);
        Value w = builder.Constant("w", weight);
        builder.Output(isTransposed ? builder.Node("Gemm", [x, w], AttributeMap.Of(("transB", 1)), "y") : builder.Node("MatMul", [x, w], outputName: "y"));
        return builder.Build();
    }

    private static void AssertNear(float[] expected, float[] actual, float tolerance) =>
        Assert.All(expected.Zip(actual), p => Assert.True(MathF.Abs(p.First - p.Second) <= tolerance, $"expected {p.First}, got {p.Second}, tolerance {tolerance}"));
}
