using Hone.Compression.Channels;
using Hone.Graphs;
using Hone.Torch.GraphModules;
using Hone.Torch.Pruning;
using Hone.Torch.Tests.Capture;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Pruning;

public class ChannelMasksTests
{
    [Fact]
    public void MaskedModule_Trained_Captured_Shrunk_FineTuned()
    {
        using ResidualNetwork net = new();
        Tensor x = randn(6, 3, 16, 16);
        ChannelPlan plan = net.Capture(x).PlanChannelPruning();
        Assert.False(plan.IsEmpty);
        ChannelMasks.Apply(net, plan);
        Train(net, x);

        // What was masked is still zero after training: removing it changes nothing.
        Model masked = CaptureAssert.Matches(net, x);
        Model shrunk = masked.RemoveZeroChannels();
        GraphChecker.Check(shrunk.Graph);
        Assert.Equal(
            plan.Shrink().Nodes.Where(n => n.Is("Conv")).Select(n => n.Input(1)!.Shape),
                shrunk.Graph.Nodes.Where(n => n.Is("Conv")).Select(n => n.Input(1)!.Shape));
        CaptureAssert.Compare(net, shrunk, x);

        using GraphModule student = new(shrunk);
        student.eval();
        net.eval();
        Assert.True(net.call(x).allclose(student.call(x), 1e-4, 1e-5));
        Train(student, x);
        CaptureAssert.Compare(student, student.ToModel(), x);
    }

    [Fact]
    public void Apply_ToAnotherModule_Throws()
    {
        using ResidualNetwork net = new();
        ChannelPlan plan = net.Capture(randn(2, 3, 16, 16)).PlanChannelPruning();
        using nn.Module other = nn.Linear(3, 4);
        Assert.Throws<ArgumentException>(() => ChannelMasks.Apply(other, plan));
    }

    private static void Train(nn.Module<Tensor, Tensor> module, Tensor x)
    {
        module.train();
        using optim.Optimizer optimizer = optim.SGD(module.parameters(), 0.05, momentum: 0.9, weight_decay: 1e-3);
        List<float> losses = [];
        for (int step = 0; step < 4; step++)
        {
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(module.call(x), arange(6, dtype: int64));
            losses.Add(loss.item<float>());
            loss.backward();
            optimizer.step();
        }

        Assert.True(losses[^1] < losses[0], string.Join(", ", losses));
    }
}
