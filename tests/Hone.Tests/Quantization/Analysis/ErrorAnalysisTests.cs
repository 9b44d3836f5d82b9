using Hone.Evaluation;
using Hone.Graphs;
using Hone.Quantization.Analysis;

namespace Hone.Tests.Quantization.Analysis;

public class ErrorAnalysisTests
{
    [Fact]
    public void Compare_WithItself_FindsNoError()
    {
        Graph graph = ConvolutionalNetwork.Create();
        IReadOnlyList<ValueError> errors = ErrorAnalysis.Compare(graph, graph.Copy(), ConvolutionalNetwork.Batches(1), ReferenceEngine.Instance);
        Assert.Equal(graph.Nodes.Count, errors.Count);
        Assert.All(errors, e => Assert.Equal((double.PositiveInfinity, 0.0), (e.SignalToNoise, e.LargestError)));
    }

    [Fact]
    public void Compare_WithQuantized_CountsTheRoundedValues()
    {
        Graph graph = ConvolutionalNetwork.Create();
        Graph quantized = ConvolutionalNetwork.Quantize(graph, ConvolutionalNetwork.MinMax);
        Dictionary<string, ValueError> errors = ErrorAnalysis
            .Compare(graph, quantized, ConvolutionalNetwork.Batches(2), ReferenceEngine.Instance).ToDictionary(e => e.Value);
        Assert.InRange(errors["r1"].SignalToNoise, 25, 60);
        Assert.InRange(errors["y"].SignalToNoise, 20, 60);
        Assert.Equal(("Conv", "c2"), (errors["c2"].OperatorName, errors["c2"].Node));
        Assert.True(errors["r1"].SignalToNoise > errors["sum"].SignalToNoise, "Errors add up along the graph.");
    }

    [Fact]
    public void Compare_OfKnownError_GivesItsDecibels()
    {
        SignalToNoise error = new();
        error.Add("x", Hone.Tensors.Tensor.Vector(3f, 4f), Hone.Tensors.Tensor.Vector(3f, 4.5f));
        Assert.Equal(20, error.Decibels, 1e-9);
        Assert.Equal(0.5, error.LargestError);
    }

    [Fact]
    public void Compare_WithoutData_Throws()
    {
        Graph graph = ConvolutionalNetwork.Create();
        Assert.Throws<QuantizationException>(() => ErrorAnalysis.Compare(graph, graph.Copy(), [], ReferenceEngine.Instance));
    }
}
