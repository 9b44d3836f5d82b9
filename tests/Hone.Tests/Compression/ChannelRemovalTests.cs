using Hone.Compression.Channels;
using Hone.Graphs;

namespace Hone.Tests.Compression;

public class ChannelRemovalTests
{
    private static readonly Dimension s_batch = Dimension.Symbolic("N");

    [Fact]
    public void Chain_WithNormalizations_Halves()
    {
        ChannelNetwork n = new();
        Value x = n.Node("Relu", [n.Norm(n.Conv(n.Input(s_batch, 3, 8, 8), 16, hasBias: false))]);
        x = n.Node("MaxPool", [x], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));
        x = n.Node("Relu", [n.Norm(n.Conv(x, 32))]);
        (Graph shrunk, ChannelPlan plan) = ShrinkCheck.MasksThenRemoves(n.Classify(x));
        Assert.Equal(["[8, 3, 3, 3]", "[16, 8, 3, 3]"], Weights(shrunk, "Conv"));
        Assert.Equal(["[5, 16]"], Weights(shrunk, "Gemm"));
        Assert.Equal(["conv1: 8 of 16", "conv3: 16 of 32", "linear5: 5 of 5"], plan.Groups.Select(g => g.ToString()));
        Assert.True(plan.Groups[2].IsPinned);
    }

    [Fact]
    public void Residual_TiesLayers()
    {
        ChannelNetwork n = new();
        Value x = n.Conv(n.Input(s_batch, 3, 8, 8), 8);
        Value y = n.Conv(n.Node("Relu", [n.Norm(n.Conv(x, 12))]), 8);
        Value z = n.Node("Relu", [n.Node("Add", [x, y])]);
        (Graph shrunk, ChannelPlan plan) = ShrinkCheck.MasksThenRemoves(n.Classify(n.Conv(n.Node("Add", [z, x]), 6)));
        Assert.Equal(["conv1", "conv4"], plan.Groups[0].Layers);
        Assert.Equal(["[4, 3, 3, 3]", "[6, 4, 3, 3]", "[4, 6, 3, 3]", "[3, 4, 3, 3]"], Weights(shrunk, "Conv"));
    }

    [Fact]
    public void Concat_JoinsAndSplitParts()
    {
        ChannelNetwork n = new();
        Value x = n.Input(s_batch, 4, 6, 6);
        Value joined = n.Node("Concat", [n.Conv(x, 6), x, n.Conv(x, 10)], ("axis", 1));
        IReadOnlyList<Value?> parts = n.Nodes("Split", [n.Conv(joined, 12), n.Ints(4, 8)], 2, ("axis", 1));
        Value y = n.Node("Concat", [n.Conv(parts[0]!, 4), n.Node("Tanh", [n.Conv(parts[1]!, 4)])], ("axis", 1));
        (Graph shrunk, _) = ShrinkCheck.MasksThenRemoves(n.Build(n.Conv(y, 3)),
            new ChannelPruningOptions { RatioOf = g => g.Layers.Contains("conv6") ? 0 : 0.5 });
        Assert.Equal("[6, 12, 3, 3]", Weights(shrunk, "Conv")[2]);
    }

    [Fact]
    public void Depthwise_FollowsItsInput()
    {
        ChannelNetwork n = new();
        Value x = n.Node("Clip", [n.Norm(n.Conv(n.Input(s_batch, 3, 8, 8), 16, 1))]);
        x = n.Node("Relu", [n.Norm(n.Conv(x, 16, group: 16))]);
        x = n.Node("Relu", [n.Conv(x, 32, group: 16)]);
        (Graph shrunk, _) = ShrinkCheck.MasksThenRemoves(n.Classify(n.Norm(n.Conv(x, 8, 1))));
        Assert.Equal(["[8, 3, 1, 1]", "[8, 1, 3, 3]", "[16, 1, 3, 3]", "[4, 16, 1, 1]"], Weights(shrunk, "Conv"));
        Assert.Equal([1, 8, 8, 1], shrunk.Nodes.Where(c => c.Is("Conv")).Select(c => c.Attributes.GetInt("group", 1)));
    }

    [Fact]
    public void Grouped_KeepsAsManyInEachGroup()
    {
        ChannelNetwork n = new();
        Value x = n.Node("Relu", [n.Conv(n.Input(s_batch, 3, 8, 8), 16)]);
        (Graph shrunk, _) = ShrinkCheck.MasksThenRemoves(n.Classify(n.Node("Relu", [n.Conv(n.Conv(x, 24, group: 4), 8)])));
        Assert.Equal(["[8, 3, 3, 3]", "[12, 2, 3, 3]", "[4, 12, 3, 3]"], Weights(shrunk, "Conv"));
    }

    [Fact]
    public void Flatten_IntoLinear_TakesAllPlacesOfAChannel()
    {
        ChannelNetwork n = new();
        Value x = n.Node("Relu", [n.Conv(n.Input(s_batch, 3, 4, 4), 8)]);
        Value flat = n.Node("Reshape", [x, n.Ints(-1, 128)]);
        Value back = n.Node("Reshape", [n.Node("Relu", [n.Linear(flat, 96)]), n.Ints(0, 6, 4, 4)]);
        (Graph shrunk, ChannelPlan plan) = ShrinkCheck.MasksThenRemoves(n.Classify(n.Conv(back, 4)));
        Assert.Equal(["[48, 64]", "[5, 2]"], Weights(shrunk, "Gemm"));
        Assert.Equal(6, plan.Groups[1].ChannelCount);
    }

    [Fact]
    public void SqueezeAndExcite_TiesTheGate()
    {
        ChannelNetwork n = new();
        Value x = n.Node("Relu", [n.Conv(n.Input(s_batch, 3, 8, 8), 16)]);
        Value squeezed = n.Node("Relu", [n.Conv(n.Node("ReduceMean", [x, n.Ints(2, 3)]), 4, 1)]);
        Value gate = n.Node("Sigmoid", [n.Conv(squeezed, 16, 1)]);
        (Graph shrunk, ChannelPlan plan) = ShrinkCheck.MasksThenRemoves(n.Classify(n.Conv(n.Node("Mul", [x, gate]), 6)));
        Assert.Equal(["conv1", "conv3"], plan.Groups[0].Layers);
        Assert.Equal(["[8, 3, 3, 3]", "[2, 8, 1, 1]", "[8, 2, 1, 1]", "[3, 8, 3, 3]"], Weights(shrunk, "Conv"));
    }

    [Fact]
    public void Transposed_Padded_Resized_ChannelsLast()
    {
        ChannelNetwork n = new();
        Value x = n.ConvTranspose(n.Conv(n.Input(s_batch, 3, 4, 4), 8), 8);
        x = n.Node("PRelu", [n.ConvTranspose(x, 8, group: 8), n.Weight("slope", 8, 1, 1)]);
        x = n.Node("Pad", [n.ConvTranspose(x, 12, group: 2), n.Ints(0, 0, 1, 1, 0, 0, 0, 0)]);
        x = n.Node("Transpose", [x], ("perm", new long[] { 0, 2, 3, 1 }));
        Value product = n.Node("Add", [n.Node("MatMul", [x, n.Weight("dense", 12, 10)]), n.Weight("shift", 10)]);
        x = n.Node("Transpose", [n.Node("HardSwish", [product])], ("perm", new long[] { 0, 3, 1, 2 }));
        (Graph shrunk, _) = ShrinkCheck.MasksThenRemoves(n.Classify(n.Conv(x, 4)));
        Assert.Equal(["[4, 4, 2, 2]", "[4, 1, 2, 2]", "[4, 3, 2, 2]"], Weights(shrunk, "ConvTranspose"));
        Assert.Equal(["[6, 5]"], Weights(shrunk, "MatMul"));
    }

    [Fact]
    public void WhatIsNotUnderstood_KeepsItsChannels()
    {
        ChannelNetwork n = new();
        Value x = n.Conv(n.Input(s_batch, 3, 8, 8), 8);
        Value shuffled = n.Node("DepthToSpace", [x], ("blocksize", 2));
        Value mixed = n.Node("Softmax", [n.Conv(shuffled, 6)], ("axis", 1));
        Graph graph = n.Build(n.Conv(mixed, 4));
        ChannelPlan plan = ChannelPlan.Create(graph);
        Assert.True(plan.IsEmpty);
        Assert.All(plan.Groups, g => Assert.True(g.IsPinned));
        Assert.Equal(graph.ToString(), plan.Shrink().ToString());
    }

    [Fact]
    public void ValueReadByABranch_KeepsItsChannels()
    {
        ChannelNetwork n = new();
        Value x = n.Conv(n.Input(s_batch, 3, 8, 8), 8);
        GraphBuilder branch = new("branch", n.Graph);
        branch.Output(branch.Node("Relu", [x]));
        Value chosen = n.Node("If", [n.Condition()], ("then_branch", branch.Build()), ("else_branch", Negated(n, x)));
        ChannelPlan plan = ChannelPlan.Create(n.Classify(n.Conv(n.Conv(chosen, 6), 4)));
        Assert.Equal(["conv1: 8 of 8", "conv2: 3 of 6", "conv3: 2 of 4", "linear4: 5 of 5"], plan.Groups.Select(g => g.ToString()));
        GraphChecker.Check(plan.Shrink());
    }

    private static Graph Negated(ChannelNetwork n, Value x)
    {
        GraphBuilder branch = new("other", n.Graph);
        branch.Output(branch.Node("Neg", [x]));
        return branch.Build();
    }

    [Fact]
    public void Options_LimitWhatGoes()
    {
        ChannelNetwork n = new();
        Graph graph = n.Classify(n.Conv(n.Conv(n.Input(s_batch, 3, 8, 8), 20), 10));
        ChannelPlan plan = ChannelPlan.Create(graph, new ChannelPruningOptions { Ratio = 0.7, ChannelMultiple = 4, MinimumChannels = 5 });
        Assert.Equal(["conv1: 8 of 20", "conv2: 8 of 10"], plan.Groups.Take(2).Select(g => g.ToString()));
        Assert.All(plan.Groups.Take(2), g =>
            Assert.True(g.Removed.Max(i => g.Importance[i]) <= Enumerable.Range(0, g.ChannelCount).Except(g.Removed).Min(i => g.Importance[i])));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChannelPlan.Create(graph, new ChannelPruningOptions { Ratio = 1 }));
    }

    private static List<string> Weights(Graph graph, string operatorName) =>
        [.. graph.Nodes.Where(n => n.Is(operatorName)).Select(n => n.Input(1)!.Shape!.ToString())];
}
