using Hone.Compression.Channels;
using Hone.Graphs;
using Hone.Passes;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Tests.Compression;

public class RemoveZeroChannelsTests
{
    private static readonly Dimension s_batch = Dimension.Symbolic("N");

    [Fact]
    public void ConstantChannel_BeforeConvWithoutPadding_GoesIntoTheBias()
    {
        ChannelNetwork n = new();
        Value x = n.Node("Sigmoid", [n.Norm(n.Conv(n.Input(s_batch, 3, 8, 8), 6))]);
        Graph graph = WithoutWeights(n.Classify(n.Conv(x, 4, hasBias: false, pad: 0)), "conv1.weight", 6, 1, 4);
        Graph shrunk = graph.Copy();
        Assert.True(new RemoveZeroChannels().Run(shrunk));
        Assert.Equal("[4, 3, 3, 3]", shrunk.FindValue("conv1.weight")!.Shape!.ToString());
        Assert.Equal("[4]", shrunk.Nodes.Last(c => c.Is("Conv")).Input(2)!.Shape!.ToString());
        GraphChecker.Check(shrunk);
        ShrinkCheck.AssertSameOutputs(graph, shrunk);
    }

    [Fact]
    public void ConstantChannel_BeforePaddedConv_Stays()
    {
        ChannelNetwork n = new();
        Graph graph = WithoutWeights(n.Classify(n.Conv(n.Conv(n.Input(s_batch, 3, 8, 8), 6), 4, pad: 1)), "conv1.weight", 6, 2);
        Assert.False(new RemoveZeroChannels().Run(graph));
    }

    [Fact]
    public void ConstantChannel_BeforeLinear_GoesIntoTheBias()
    {
        ChannelNetwork n = new();
        Graph graph = WithoutWeights(n.Classify(n.Node("Relu", [n.Conv(n.Input(s_batch, 3, 8, 8), 6)])), "conv1.weight", 6, 0, 3);
        Graph shrunk = graph.Copy();
        Assert.True(new RemoveZeroChannels().Run(shrunk));
        Assert.Equal("[5, 4]", shrunk.FindValue("linear2.weight")!.Shape!.ToString());
        ShrinkCheck.AssertSameOutputs(graph, shrunk);
    }

    [Fact]
    public void DeadLayer_KeepsOneChannel()
    {
        ChannelNetwork n = new();
        Graph graph = WithoutWeights(n.Classify(n.Conv(n.Conv(n.Input(s_batch, 3, 8, 8), 3, hasBias: false), 4, pad: 0)), "conv1.weight", 3, 0, 1, 2);
        Graph shrunk = graph.Copy();
        ChannelPlan plan = ChannelPlan.CreateForZeros(shrunk);
        Graph result = plan.Shrink();
        GraphChecker.Check(result);
        Assert.Equal("[1, 3, 3, 3]", result.FindValue("conv1.weight")!.Shape!.ToString());
        ShrinkCheck.AssertSameOutputs(graph, result);
    }

    [Fact]
    public void AfterFolding_NormalizedZerosAreStillFound()
    {
        ChannelNetwork n = new();
        Value x = n.Node("Relu", [n.Norm(n.Conv(n.Input(s_batch, 3, 8, 8), 6))]);
        Graph graph = WithoutWeights(WithoutWeights(n.Classify(n.Conv(x, 4)), "norm2.weight", 6, 1, 5), "norm2.bias", 6, 1, 5);
        Graph folded = graph.Copy();
        PortablePipeline.Create().Run(folded);
        Assert.True(new RemoveZeroChannels().Run(folded));
        ShrinkCheck.AssertSameOutputs(graph, folded);
        Assert.Equal("[4, 3, 3, 3]", folded.Nodes.First(c => c.Is("Conv")).Input(1)!.Shape!.ToString());
    }

    private static Graph WithoutWeights(Graph graph, string name, int channels, params int[] zeros)
    {
        Value constant = graph.FindValue(name)!;
        float[] elements = constant.Constant!.ToSingleArray();
        int size = elements.Length / channels;
        foreach (int channel in zeros)
            elements.AsSpan(channel * size, size).Clear();
        GraphPatch patch = new(graph, "zero");
        patch.ReplaceConstant(constant, Tensor.Create(elements, constant.Constant.Shape.Dimensions));
        patch.Apply();
        return graph;
    }
}
