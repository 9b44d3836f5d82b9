using Hone.Quantization;
using Hone.Quantization.Static;

namespace Hone.Tests.Quantization.Static;

public class AnnotatorTests
{
    [Fact]
    public void Annotate_ResidualNetwork_PlacesRoundingBehindActivationsAndSharesIt()
    {
        QuantizationPlan plan = Annotator.Annotate(ConvolutionalNetwork.Create(), new StaticQuantizationConfig());
        Assert.Equal(["c1", "c2", "c3", "sum", "y"], plan.Nodes.Select(n => n.Name));
        Assert.Equal(["x", "r1", "r2", "c3", "sum"], plan.Activations.Select(a => a.Key));
        Assert.Equal(["sum", "pool", "flat"], plan.Activations[^1].Members.Select(m => m.Name));
        Assert.Equal([0, 0, 0, 0], plan.Weights.Select(w => w.ChannelAxis ?? -1));
    }

    [Fact]
    public void Annotate_ExcludedNodesAndOperators_StayFloat()
    {
        StaticQuantizationConfig config = new() { ExcludedNodes = new HashSet<string> { "c1" }, ExcludedOperators = new HashSet<string> { "Add" } };
        QuantizationPlan plan = Annotator.Annotate(ConvolutionalNetwork.Create(), config);
        Assert.Equal(["c2", "c3", "y"], plan.Nodes.Select(n => n.Name));
        Assert.Equal(["w2", "w3", "w4"], plan.Weights.Select(w => w.Weight.Name));
    }

    [Fact]
    public void Annotate_EverythingExcluded_Throws() => Assert.Throws<QuantizationException>(() => Annotator.Annotate(
        ConvolutionalNetwork.Create(), new StaticQuantizationConfig { ExcludedOperators = new HashSet<string> { "Conv", "Add", "Gemm" } }));
}
