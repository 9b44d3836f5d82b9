using Hone.Evaluation;
using Hone.Graphs;
using Hone.Onnx;
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

    [Theory]
    [InlineData(DataType.Int4, true, 64, 32, false, WeightOnlyAlgorithm.RoundToNearest)]
    [InlineData(DataType.UInt4, false, 70, 16, true, WeightOnlyAlgorithm.Hqq)]
    [InlineData(DataType.UInt4, false, 300, 256, false, WeightOnlyAlgorithm.Gptq)]
    [InlineData(DataType.Int4, true, 70, 32, true, WeightOnlyAlgorithm.Gptq)]
    [InlineData(DataType.Int8, true, 70, 64, true, WeightOnlyAlgorithm.RoundToNearest)]
    [InlineData(DataType.UInt8, false, 128, 128, false, WeightOnlyAlgorithm.RoundToNearest)]
    public void NBits_GivesWhatBlocksGive_AndAgreesWithOnnxRuntime(DataType type, bool isSymmetric, int inner, int blockSize, bool isTransposed, WeightOnlyAlgorithm algorithm)
    {
        WeightOnlyQuantizationConfig config = new() { DataType = type, IsSymmetric = isSymmetric, BlockSize = blockSize, Algorithm = algorithm };
        Dictionary<string, Tensor> batch = new() { ["x"] = RandomTensors.Create(new Random(2), DataType.Float32, 9, inner) };
        Graph blocks = Matrix(inner, isTransposed), products = blocks.Copy();
        WeightOnlyQuantizer.Quantize(blocks, config, [batch], ReferenceEngine.Instance);
        WeightOnlyQuantizer.Quantize(products, config with { Format = WeightOnlyFormat.MatMulNBits }, [batch], ReferenceEngine.Instance);
        GraphChecker.Check(products);
        Node product = Assert.Single(products.Nodes);
        Assert.Equal("MatMulNBits", product.Operator.Name);
        Assert.Equal(isSymmetric, product.Input(3) is null);
        float[] expected = ConvolutionalNetwork.Run(blocks, batch), actual = ConvolutionalNetwork.Run(products, batch);
        AssertNear(expected, actual, 1e-4f);
        using OnnxRuntimeSession runtime = OnnxRuntimeSession.Of(new Model(products)), blocked = OnnxRuntimeSession.Of(new Model(blocks), optimizes: false);
        AssertNear(blocked.Run(batch)[0].ToSingleArray(), actual, 1e-4f);
        AssertNear(runtime.Run(batch)[0].ToSingleArray(), actual, type is DataType.Int8 or DataType.UInt8 ? 2e-3f : 1e-4f);

        using MemoryStream file = new();
        OnnxWriter.Save(new Model(products), file);
        file.Position = 0;
        Assert.Equal(actual, ConvolutionalNetwork.Run(OnnxReader.Load(file).Graph, batch));
    }

    [Theory]
    [InlineData(WeightOnlyAlgorithm.RoundToNearest)]
    [InlineData(WeightOnlyAlgorithm.Hqq)]
    [InlineData(WeightOnlyAlgorithm.Gptq)]
    public void ScalesOfHalf_AreNumbersOfFloat16_AndCostLittle(WeightOnlyAlgorithm algorithm)
    {
        WeightOnlyQuantizationConfig config = WeightOnlyQuantizationConfig.Int4 with { Algorithm = algorithm };
        Dictionary<string, Tensor> batch = new() { ["x"] = RandomTensors.Create(new Random(2), DataType.Float32, 90, 70) };
        Graph exact = Matrix(70, true), single = exact.Copy(), half = exact.Copy();
        WeightOnlyQuantizer.Quantize(single, config, [batch], ReferenceEngine.Instance);
        WeightOnlyQuantizer.Quantize(half, config with { RoundsScalesToHalf = true }, [batch], ReferenceEngine.Instance);
        Assert.All(half.FindValue("w_scale")!.Constant!.ToSingleArray(), s => Assert.Equal((float)(Half)s, s));
        Assert.Contains(single.FindValue("w_scale")!.Constant!.ToSingleArray(), s => (float)(Half)s != s);
        float[] expected = ConvolutionalNetwork.Run(exact, batch);
        Assert.InRange(Error(half), 0, 1.02 * Error(single));

        double Error(Graph graph) => ConvolutionalNetwork.Run(graph, batch).Zip(expected, (a, b) => Math.Pow(a - b, 2)).Sum();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void NBits_Gemm_KeepsItsBias(int rank)
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(3, 40));
        Value w = builder.Constant("w", RandomTensors.Create(new Random(1), DataType.Float32, 40, 6));
        Value c = builder.Constant("c", rank == 1 ? RandomTensors.Create(new Random(4), DataType.Float32, 6) : RandomTensors.Create(new Random(4), DataType.Float32, 3, 1));
        builder.Output(builder.Node("Gemm", [x, w, c]), "y");
        Graph exact = builder.Build(), quantized = exact.Copy();
        WeightOnlyQuantizer.Quantize(quantized, new() { DataType = DataType.Int8, BlockSize = 16, Format = WeightOnlyFormat.MatMulNBits });
        GraphChecker.Check(quantized);
        Dictionary<string, Tensor> batch = new() { ["x"] = RandomTensors.Create(new Random(2), DataType.Float32, 3, 40) };
        float[] actual = ConvolutionalNetwork.Run(quantized, batch);
        AssertNear(ConvolutionalNetwork.Run(exact, batch), actual, 0.1f);
        using OnnxRuntimeSession runtime = OnnxRuntimeSession.Of(new Model(quantized));
        AssertNear(runtime.Run(batch)[0].ToSingleArray(), actual, 2e-3f);
    }

    [Theory]
    [InlineData(WeightOnlyAlgorithm.RoundToNearest)]
    [InlineData(WeightOnlyAlgorithm.Gptq)]
    public void NBits_ProductOfAProduct_ReplacesBoth(WeightOnlyAlgorithm algorithm)
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(3, 32));
        for (int i = 0; i < 3; i++)
            x = builder.Node("MatMul", [x, builder.Constant($"w{i}", RandomTensors.Create(new Random(i), DataType.Float32, 32, 32))]);
        builder.Output(x, "y");
        Graph exact = builder.Build(), quantized = exact.Copy();
        Dictionary<string, Tensor> batch = new() { ["x"] = RandomTensors.Create(new Random(2), DataType.Float32, 3, 32) };
        WeightOnlyQuantizationConfig config = new() { DataType = DataType.Int8, BlockSize = 32, Format = WeightOnlyFormat.MatMulNBits, Algorithm = algorithm };
        WeightOnlyQuantizer.Quantize(quantized, config, [batch], ReferenceEngine.Instance);
        GraphChecker.Check(quantized);
        Assert.Equal(["MatMulNBits", "MatMulNBits", "MatMulNBits"], quantized.Nodes.Select(n => n.Operator.Name));
        Assert.DoesNotContain(quantized.Constants, c => c.DataType == DataType.Float32 && c.Shape![0].Value == 32 && c.Shape[-1].Value == 32);
        AssertNear(ConvolutionalNetwork.Run(exact, batch), ConvolutionalNetwork.Run(quantized, batch), 1);
    }

    /// <summary>Each layer makes up for what the ones before lost: the whole comes nearer to the float model on the data it was calibrated on.</summary>
    [Theory]
    [InlineData(WeightOnlyFormat.DequantizeLinear)]
    [InlineData(WeightOnlyFormat.MatMulNBits)]
    public void Gptq_InSequence_LowersTheErrorOfTheWhole(WeightOnlyFormat format)
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(200, 32));
        for (int i = 0; i < 4; i++)
            x = builder.Node("Tanh", [builder.Node("MatMul", [x, builder.Constant($"w{i}", RandomTensors.Create(new Random(i), DataType.Float32, 32, 32))])]);
        builder.Output(builder.Node("MatMul", [x, builder.Constant("w", RandomTensors.Create(new Random(9), DataType.Float32, 32, 32))]), "y");
        Graph exact = builder.Build();
        Dictionary<string, Tensor> batch = new() { ["x"] = RandomTensors.Create(new Random(2), DataType.Float32, 200, 32) };
        float[] expected = ConvolutionalNetwork.Run(exact, batch);
        List<int> told = [];
        double apart = Error(new()), corrected = Error(new() { CalibratesInSequence = true, InputCorrection = 1 });
        Assert.InRange(corrected, 0, 0.9 * apart);
        Assert.Equal([1, 1, 2, 3, 4, 5], told);

        double Error(GptqOptions options)
        {
            Graph quantized = exact.Copy();
            WeightOnlyQuantizationConfig config = WeightOnlyQuantizationConfig.Int4 with { Algorithm = WeightOnlyAlgorithm.Gptq, Format = format, Gptq = options };
            WeightOnlyQuantizer.Quantize(quantized, config, [batch], ReferenceEngine.Instance, new Told(told));
            GraphChecker.Check(quantized);
            return ConvolutionalNetwork.Run(quantized, batch).Zip(expected, (a, b) => Math.Pow(a - b, 2)).Sum();
        }
    }

    [Theory]
    [InlineData(false, 0.5f)]
    [InlineData(true, 1.5f)]
    [InlineData(true, float.NaN)]
    public void InputCorrection_OutOfItsRange_Throws(bool inSequence, float correction) => Assert.Throws<QuantizationException>(() => WeightOnlyQuantizer.Quantize(
        Matrix(64, false),
        WeightOnlyQuantizationConfig.Int4 with { Algorithm = WeightOnlyAlgorithm.Gptq, Gptq = new() { CalibratesInSequence = inSequence, InputCorrection = correction } },
        [],
        ReferenceEngine.Instance));

    [Fact]
    public void TiedEmbedding_KeepsItsTable_AndQuantizesTheProduct()
    {
        GraphBuilder builder = new();
        Value ids = builder.Input("ids", DataType.Int64, new SymbolicShape(4));
        Value table = builder.Constant("table", RandomTensors.Create(new Random(1), DataType.Float32, 50, 32));
        Value rows = builder.Node("Gather", [table, ids]);
        builder.Output(builder.Node("Gemm", [rows, table], AttributeMap.Of(("transB", 1L))), "y");
        Graph exact = builder.Build(), quantized = exact.Copy();
        WeightOnlyQuantizer.Quantize(quantized, WeightOnlyQuantizationConfig.Int4 with { Format = WeightOnlyFormat.MatMulNBits });
        GraphChecker.Check(quantized);
        Assert.Equal("table", quantized.Nodes.Single(n => n.Is("Gather")).Inputs[0]!.Name);
        Assert.Contains(quantized.Nodes, n => n.Operator.Name == "MatMulNBits");
        Dictionary<string, Tensor> batch = new() { ["ids"] = Tensor.Vector(0L, 7, 49, 7) };
        AssertNear(ConvolutionalNetwork.Run(exact, batch), ConvolutionalNetwork.Run(quantized, batch), 1.5f);
    }

    [Theory]
    [InlineData(WeightOnlyAlgorithm.Gptq, 32, 0.01f)]
    [InlineData(WeightOnlyAlgorithm.Hqq, null, 0.01f)]
    [InlineData(WeightOnlyAlgorithm.RoundToNearest, 32, 0f)]
    public void WithoutWhatItNeeds_Throws(WeightOnlyAlgorithm algorithm, int? blockSize, float damping) => Assert.Throws<QuantizationException>(() => WeightOnlyQuantizer.Quantize(
        Matrix(64, false), new WeightOnlyQuantizationConfig { Algorithm = algorithm, BlockSize = blockSize, Gptq = new() { Damping = damping } }));

    [Fact]
    public void NBits_OtherBlockSize_Throws() => Assert.Throws<QuantizationException>(() =>
        WeightOnlyQuantizer.Quantize(Matrix(64, false), new() { BlockSize = 48, Format = WeightOnlyFormat.MatMulNBits }));

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

    private sealed class Told(List<int> numbers) : IProgress<int>
    {
        public void Report(int value) => numbers.Add(value);
    }
}
