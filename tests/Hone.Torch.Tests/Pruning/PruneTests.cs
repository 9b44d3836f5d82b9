using Hone.Torch.Pruning;
using Hone.Torch.Tests.Capture;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Pruning;

public class PruneTests
{
    [Fact]
    public void Apply_RenamesParameterAndKeepsItForTheOptimizer()
    {
        using Linear linear = nn.Linear(6, 4);
        using optim.Optimizer optimizer = optim.SGD(linear.parameters(), 0.5);
        Parameter before = linear.weight;
        Prune.L1Unstructured(linear, "weight", 0.5);
        Assert.Equal(["bias", "weight_orig"], linear.named_parameters().Select(p => p.name));
        Assert.Equal(["weight_mask"], linear.named_buffers().Select(b => b.name));
        Assert.Same(before, linear.get_parameter("weight_orig"));
        Assert.True(Prune.IsPruned(linear));
        Tensor original = before.detach().clone();
        linear.call(ones(3, 6)).sum().backward();
        optimizer.step();
        // The gradient of each weight is 3 where the mask is 1, and 0 elsewhere.
        Assert.True((original - (1.5 * linear.get_buffer("weight_mask")!)).allclose(before));
    }

    [Fact]
    public void Remove_KeepsParameterAndWritesZeros()
    {
        using Linear linear = nn.Linear(6, 4);
        Parameter before = linear.weight;
        Prune.L1Unstructured(linear, "weight", 0.5);
        Tensor expected = linear.call(ones(1, 6));
        Prune.Remove(linear, "weight");
        Assert.Same(before, linear.weight);
        Assert.Equal(["bias", "weight"], linear.named_parameters().Select(p => p.name));
        Assert.Empty(linear.named_buffers());
        Assert.False(Prune.IsPruned(linear));
        Assert.Equal(12, linear.weight.eq(0).sum().item<long>());
        Assert.True(expected.equal(linear.call(ones(1, 6))).all().item<bool>());
        Assert.Throws<ArgumentException>(() => Prune.Remove(linear, "weight"));
    }

    [Fact]
    public void Random_PrunesAsManyAsAsked()
    {
        using Linear linear = nn.Linear(10, 8);
        Prune.RandomUnstructured(linear, "weight", 0.3);
        Assert.Equal(24, Zeros(linear));
        // 30 % of the 56 that are left, 16.8, is 17.
        Prune.RandomUnstructured(linear, "weight", 0.3);
        Assert.Equal(41, Zeros(linear));
        using Linear rows = nn.Linear(10, 8);
        Prune.RandomStructured(rows, "weight", 3);
        Assert.Equal(30, Zeros(rows));
        Prune.RandomStructured(rows, "weight", 0.4);
        Assert.Equal(50, Zeros(rows));
        Assert.Equal(2, Prune.History(rows, "weight").Count);
    }

    [Fact]
    public void GeometricMedian_PrunesTheMostReplaceable()
    {
        using Linear linear = nn.Linear(2, 5);
        // The point amid the others goes first although its norm is the largest of them but one.
        linear.weight = nn.Parameter(tensor(new float[,] { { 0, 0 }, { 4, 0 }, { 0, 4 }, { 4, 4 }, { 2, 2 } }));
        Prune.GeometricMedianStructured(linear, "weight", 1);
        Assert.Equal([1, 1, 1, 1, 0], linear.get_buffer("weight_mask")!.select(1, 0).data<float>().ToArray());
    }

    [Fact]
    public void TwoOfFour_KeepsTheLargestOfEveryFour()
    {
        using Linear linear = nn.Linear(8, 1);
        linear.weight = nn.Parameter(tensor(new float[,] { { 1, -4, 3, 2, 0, 0, -1, 0.5f } }));
        Prune.NOfM(linear, "weight");
        Assert.Equal([0, 1, 1, 0, 0, 0, 1, 1], linear.get_buffer("weight_mask")!.data<float>().ToArray());
        using Conv2d conv = nn.Conv2d(8, 3, 3);
        Prune.NOfM(conv, "weight");
        Assert.True(conv.get_buffer("weight_mask")!.view(3, 2, 4, 3, 3).sum(2).eq(2).all().item<bool>());
        using Linear odd = nn.Linear(6, 1);
        Assert.Throws<ArgumentException>(() => Prune.NOfM(odd, "weight"));
        Assert.False(Prune.IsPruned(odd));
    }

    [Fact]
    public void Block_PrunesWholeBlocks()
    {
        using Linear linear = nn.Linear(5, 4);
        linear.weight = nn.Parameter(tensor(new float[,] { { 9, 9, 1, 1, 1 }, { 9, 9, 1, 1, 1 }, { 2, 2, 8, 8, 8 }, { 2, 2, 8, 8, 8 } }));
        Prune.Block(linear, "weight", 0.5, 2, 2);
        Assert.Equal([1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1], linear.get_buffer("weight_mask")!.data<float>().ToArray());
    }

    [Fact]
    public void Capture_OfPrunedModule_HoldsMaskedWeights()
    {
        using ResidualNetwork net = new();
        foreach (nn.Module part in net.modules().Where(m => m is Conv2d))
            Prune.LnStructured(part, "weight", 0.5, 1);
        net.eval();
        Model model = CaptureAssert.Matches(net, randn(2, 3, 16, 16));
        Assert.All(model.Graph.Nodes.Where(n => n.Is("Conv")), n => Assert.EndsWith(".weight", n.Input(1)!.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Report_CountsZerosAndChannels()
    {
        using Sequential net = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 2));
        Prune.LnStructured((Linear)net[0], "weight", 0.5, 2);
        SparsityReport report = SparsityReport.Of(net);
        Assert.Equal([new LayerSparsity("0.weight", 24, 12, 6, 3, true), new LayerSparsity("2.weight", 12, 0, 2, 0, false)], report.Layers);
        Assert.Equal(12.0 / 36, report.Sparsity);
    }

    [Fact]
    public void WrongArguments_AreNamed()
    {
        using Linear linear = nn.Linear(4, 6);
        Assert.Throws<ArgumentException>(() => Prune.L1Unstructured(linear, "wait", 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Prune.L1Unstructured(linear, "weight", 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Prune.L1Unstructured(linear, "weight", 25));
        Assert.Throws<ArgumentException>(() => Prune.LnStructured(linear, "bias", 0.5, 2));
        Assert.Throws<ArgumentException>(() => Prune.CustomFromMask(linear, "weight", ones(4, 6)));
        using LSTM lstm = nn.LSTM(4, 5);
        Assert.Throws<ArgumentException>(() => Prune.L1Unstructured(lstm, "weight_ih_l0", 0.5));
        Assert.False(Prune.IsPruned(linear));
    }

    private static long Zeros(nn.Module module) => module.get_buffer("weight_mask")!.eq(0).sum().item<long>();
}
