using Hone.Evaluation;
using Hone.Graphs;
using Hone.Quantization;
using Hone.Quantization.Algorithms;
using Hone.Quantization.Analysis;
using Hone.Tensors;

namespace Hone.Tests.Quantization.Algorithms;

public class CrossLayerEqualizationTests
{
    [Fact]
    public void Run_LeavesTheOutputsAlone_AndASecondRunDoesNothing()
    {
        Graph graph = ConvolutionalNetwork.Create(channelSpread: 40);
        IReadOnlyDictionary<string, Tensor> batch = ConvolutionalNetwork.Batches(1)[0];
        float[] before = ConvolutionalNetwork.Run(graph, batch);
        CrossLayerEqualization pass = new();
        Assert.True(pass.Run(graph));
        GraphChecker.Check(graph);
        Assert.All(before.Zip(ConvolutionalNetwork.Run(graph, batch)), p => Assert.Equal(p.First, p.Second, 1e-3f));
        Assert.False(pass.Run(graph));
    }

    [Fact]
    public void Run_UnevenChannelsWithOneScale_QuantizeBetter()
    {
        StaticQuantizationConfig config = ConvolutionalNetwork.MinMax with { IsPerChannel = false };
        Graph graph = ConvolutionalNetwork.Create(channelSpread: 40);
        Graph equalized = graph.Copy();
        new CrossLayerEqualization().Run(equalized);
        double before = SignalToNoise(graph, ConvolutionalNetwork.Quantize(graph, config));
        double after = SignalToNoise(graph, ConvolutionalNetwork.Quantize(equalized, config));
        Assert.True(after > before + 10, $"{before} dB before, {after} dB after");
    }

    [Fact]
    public void Run_ClipBetweenLayers_StopsIt()
    {
        GraphBuilder builder = new("clipped");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(1, 2));
        Value first = builder.Node("Gemm", [x, builder.Constant("w1", Tensor.Create([1f, 100f, 1f, 100f], 2, 2))]);
        Value clipped = builder.Node("Clip", [first, builder.Constant("low", Tensor.Scalar(0f)), builder.Constant("high", Tensor.Scalar(6f))]);
        builder.Output(builder.Node("Gemm", [clipped, builder.Constant("w2", Tensor.Create([1f, 1f, 1f, 1f], 2, 2))]), "y");
        Assert.False(new CrossLayerEqualization().Run(builder.Build()));
    }

    private static double SignalToNoise(Graph graph, Graph quantized) =>
        ErrorAnalysis.Compare(graph, quantized, ConvolutionalNetwork.Batches(1), ReferenceEngine.Instance)[^1].SignalToNoise;
}
