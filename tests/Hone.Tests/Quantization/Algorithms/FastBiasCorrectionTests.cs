using Hone.Evaluation;
using Hone.Graphs;
using Hone.Quantization;
using Hone.Quantization.Algorithms;
using Hone.Quantization.WeightOnly;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Quantization.Algorithms;

public class FastBiasCorrectionTests
{
    [Fact]
    public void Apply_MatrixProduct_BringsTheMeansBack()
    {
        Graph graph = Matrix();
        Graph quantized = graph.Copy();
        WeightOnlyQuantizer.Quantize(quantized, new WeightOnlyQuantizationConfig { DataType = DataType.Int4 });
        Dictionary<string, Tensor>[] batches = [.. Enumerable.Range(0, 3).Select(i => Feed(i))];
        double[] exact = Means(graph, batches);
        double before = exact.Zip(Means(quantized, batches), (a, b) => Math.Abs(a - b)).Max();
        Assert.Equal(1, FastBiasCorrection.Apply(graph, quantized, batches, ReferenceEngine.Instance));
        GraphChecker.Check(quantized);
        double after = exact.Zip(Means(quantized, batches), (a, b) => Math.Abs(a - b)).Max();
        Assert.True(before > 0.05 && after < 1e-4, $"the means were off by {before}, now by {after}");
    }

    [Fact]
    public void Apply_StaticNetwork_CorrectsIntegerBiasesOfEveryLayer()
    {
        Graph graph = ConvolutionalNetwork.Create();
        StaticQuantizationConfig config = ConvolutionalNetwork.MinMax;
        Graph quantized = ConvolutionalNetwork.Quantize(graph, config);
        int[] before = quantized.FindValue("b2_quantized")!.Constant!.AsSpan<int>().ToArray();
        Assert.Equal(4, FastBiasCorrection.Apply(graph, quantized, ConvolutionalNetwork.Batches(2), ReferenceEngine.Instance));
        int[] after = quantized.FindValue("b2_quantized")!.Constant!.AsSpan<int>().ToArray();
        Assert.NotEqual(before, after);

        // Depthwise: each output channel reads the input channel of its own number.
        double[] means = ChannelMeans.Measure(
            graph, [graph.FindValue("r1")!], ConvolutionalNetwork.Batches(2), ReferenceEngine.Instance, CancellationToken.None)[graph.FindValue("r1")!];
        float[] exact = graph.FindValue("w2")!.Constant!.ToSingleArray();
        long[] codes = quantized.FindValue("w2_quantized")!.Constant!.ToInt64Array();
        float[] scales = quantized.FindValue("w2_scale")!.Constant!.ToSingleArray();
        float[] biasScales = quantized.FindValue("b2_scale")!.Constant!.ToSingleArray();
        for (int channel = 0; channel < ConvolutionalNetwork.Channels; channel++)
        {
            double shift = Enumerable.Range(channel * 9, 9).Sum(i => ((codes[i] * scales[channel]) - exact[i]) * means[channel]);
            Assert.Equal(before[channel] - (shift / biasScales[channel]), after[channel], 0.51);
        }
    }

    [Fact]
    public void Apply_WithoutData_Throws()
    {
        Graph graph = Matrix();
        Graph quantized = graph.Copy();
        WeightOnlyQuantizer.Quantize(quantized);
        Assert.Throws<QuantizationException>(() => FastBiasCorrection.Apply(graph, quantized, [], ReferenceEngine.Instance));
    }

    private static Graph Matrix()
    {
        GraphBuilder builder = new("matrix");
        Random random = new(1);
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 16));
        Value w = builder.Constant("w", RandomTensors.Create(random, DataType.Float32, 16, 4));
        builder.Output(builder.Node("Gemm", [x, w, builder.Constant("b", RandomTensors.Create(random, DataType.Float32, 4))], outputName: "y"));
        return builder.Build();
    }

    private static Dictionary<string, Tensor> Feed(int seed)
    {
        Tensor x = RandomTensors.Create(new Random(seed), DataType.Float32, 8, 16);
        foreach (ref float element in x.AsSpan<float>())
            element += 1;
        return new() { ["x"] = x };
    }

    private static double[] Means(Graph graph, IEnumerable<IReadOnlyDictionary<string, Tensor>> batches) =>
        ChannelMeans.Measure(graph, [graph.Outputs[0]], batches, ReferenceEngine.Instance, CancellationToken.None)[graph.Outputs[0]];
}
