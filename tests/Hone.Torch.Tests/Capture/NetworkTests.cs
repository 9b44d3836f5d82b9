using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Capture;

public sealed class NetworkTests
{
    [Fact]
    public void ResidualNetwork_IsCapturedWithDynamicBatchAndStateNames()
    {
        random.manual_seed(1);
        using ResidualNetwork network = new();
        Model model = CaptureAssert.Matches(network, rand(2, 3, 16, 16));
        Assert.Equal("[N, 3, 16, 16]", model.Graph.Inputs[0].Shape!.ToString());
        Assert.Equal("[N, 10]", model.Graph.Outputs[0].Shape!.ToString());
        HashSet<string> state = [.. network.state_dict().Keys.Where(name => !name.EndsWith("num_batches_tracked", StringComparison.Ordinal))];
        Assert.Superset(state, model.Graph.Constants.Select(c => c.Name).ToHashSet());
        Assert.DoesNotContain(model.Graph.Nodes, n => n.Is("Dropout"));
    }

    [Fact]
    public void Capture_LeavesModuleAndRandomStateAsTheyWere()
    {
        using ResidualNetwork network = new();
        network.train();
        network.modules().OfType<TorchSharp.Modules.Conv2d>().First().eval();
        bool[] flags = [.. network.modules().Select(m => m.training)];
        Dictionary<string, Tensor> before = network.state_dict().ToDictionary(p => p.Key, p => p.Value.clone());
        using Tensor random = get_rng_state();
        using Tensor input = torch.rand(2, 3, 16, 16);
        using Tensor copy = input.clone();
        random.copy_(get_rng_state());
        network.Capture(input);
        Assert.Equal(flags, network.modules().Select(m => m.training));
        Assert.True(get_rng_state().equal(random).all().item<bool>());
        Assert.All(network.state_dict(), p => Assert.True(p.Value.equal(before[p.Key]).all().item<bool>()));
        Assert.True(input.equal(copy).all().item<bool>());
        Assert.All(network.parameters(), p => Assert.True(p.requires_grad));
    }
}
