using Hone.Graphs;
using Hone.Quantization;
using Hone.Quantization.Analysis;
using Hone.Quantization.Tuning;

namespace Hone.Tests.Quantization.Tuning;

public class AccuracyAwareTuningTests
{
    private static readonly NodeSensitivity[] s_ranking = [.. new[] { "c1", "c2", "c3", "y" }.Select(n => new NodeSensitivity(n, "", 0))];

    [Fact]
    public void Run_WithinTheLimit_KeepsEverythingQuantized()
    {
        TuningResult result = Run(_ => 0.9);
        Assert.True(result.IsAccepted);
        Assert.Empty(result.FloatNodes);
        Assert.Single(result.Steps);
    }

    [Fact]
    public void Run_PutsNodesBack_UntilTheLimitHolds()
    {
        // Accuracy suffers while c2 is quantized; c1 makes no difference.
        TuningResult result = Run(g => IsQuantized(g, "w2") ? 0.5 : 0.9);
        Assert.True(result.IsAccepted);
        Assert.Equal(["c1", "c2"], result.FloatNodes);
        Assert.False(IsQuantized(result.Graph, "w2"));
        Assert.True(IsQuantized(result.Graph, "w3"));
        GraphChecker.Check(result.Graph);
    }

    [Fact]
    public void Run_NodeThatMakesItWorse_IsQuantizedAgain()
    {
        TuningResult result = Run(g => IsQuantized(g, "w2") ? IsQuantized(g, "w1") ? 0.5 : 0.4 : 0.9);
        Assert.Equal(["c2"], result.FloatNodes);
        Assert.Equal([true, false, true], result.Steps.Select(s => s.IsKept));
        Assert.True(IsQuantized(result.Graph, "w1"));
    }

    [Fact]
    public void Run_LimitOutOfReach_GivesTheBestAndSaysSo()
    {
        TuningResult result = Run(g => g.Nodes.Any(n => n.Is("QuantizeLinear")) ? 0.5 : 1, new TuningOptions { MaximumFloatNodes = 2 });
        Assert.False(result.IsAccepted);
        Assert.Equal(2, result.FloatNodes.Count);
    }

    [Fact]
    public void Run_MetricIsNaN_Throws() => Assert.Throws<QuantizationException>(() => Run(_ => double.NaN));

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() => Run(
            _ =>
            {
                source.Cancel();
                return 1;
            },
            cancellationToken: source.Token));
    }

    private static TuningResult Run(Func<Graph, double> metric, TuningOptions? options = null, CancellationToken cancellationToken = default)
    {
        Graph graph = ConvolutionalNetwork.Create();
        string before = graph.ToString();
        StaticQuantizationConfig config = ConvolutionalNetwork.MinMax;
        TuningResult result = AccuracyAwareTuning.Run(
            graph, config, ConvolutionalNetwork.Calibrate(graph, config), s_ranking, (g, _) => metric(g), options, cancellationToken: cancellationToken);
        Assert.Equal(before, graph.ToString());
        return result;
    }

    private static bool IsQuantized(Graph graph, string weight) => graph.FindValue($"{weight}_quantized") is not null;
}
