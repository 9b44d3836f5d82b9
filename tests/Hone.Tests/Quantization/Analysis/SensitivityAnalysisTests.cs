using Hone.Evaluation;
using Hone.Graphs;
using Hone.Quantization;
using Hone.Quantization.Analysis;

namespace Hone.Tests.Quantization.Analysis;

public class SensitivityAnalysisTests
{
    [Fact]
    public void Rank_UnevenChannelsWithOneScale_ComeFirst()
    {
        Graph graph = ConvolutionalNetwork.Create(channelSpread: 40);
        StaticQuantizationConfig config = ConvolutionalNetwork.MinMax with { IsPerChannel = false };
        IReadOnlyList<NodeSensitivity> ranking = SensitivityAnalysis.Rank(
            graph, config, ConvolutionalNetwork.Calibrate(graph, config), ConvolutionalNetwork.Batches(1), ReferenceEngine.Instance);
        Assert.Equal(5, ranking.Count);
        Assert.Equal(ranking.Select(r => r.SignalToNoise).Order(), ranking.Select(r => r.SignalToNoise));
        Assert.Equal(["c2", "c3"], ranking.Take(2).Select(r => r.Node).Order());
        Assert.All(ranking, r => Assert.True(double.IsFinite(r.SignalToNoise)));
    }

    [Fact]
    public void Rank_WithoutData_Throws()
    {
        Graph graph = ConvolutionalNetwork.Create();
        Assert.Throws<QuantizationException>(() => SensitivityAnalysis.Rank(
            graph, ConvolutionalNetwork.MinMax, new Dictionary<string, QuantizationParameters>(), [], ReferenceEngine.Instance));
    }
}
