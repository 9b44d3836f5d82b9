using Hone.Torch.Inference;
using Hone.Torch.Tests.Capture;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Inference;

public sealed class InferenceModuleTests
{
    [Fact]
    public void ResidualNetwork_ComputesTheSame_AtEveryBatchSize()
    {
        random.manual_seed(5);
        using ResidualNetwork network = Trained(new ResidualNetwork(), [4, 3, 16, 16]);
        using InferenceModule frozen = network.OptimizeForInference(rand(2, 3, 16, 16));
        Assert.DoesNotContain(frozen.Graph.Nodes, n => n.Is("BatchNormalization") || n.Is("Dropout"));
        if (OperatingSystem.IsLinux())
            Assert.Equal(frozen.Graph.Nodes.Count(n => n.Is("Conv")), frozen.PackedConvolutionCount);
        foreach (long batch in new long[] { 2, 1, 5 })
            AssertSame(network, frozen, rand(batch, 3, 16, 16));
    }

    [Theory]
    [InlineData("relu")]
    [InlineData("relu6")]
    [InlineData("silu")]
    [InlineData("hardswish")]
    [InlineData("sigmoid")]
    [InlineData("leaky_relu")]
    [InlineData("tanh")]
    public void Activations_AreFusedOrFollow(string name)
    {
        random.manual_seed(6);
        nn.Module<Tensor, Tensor> activation = name switch
        {
            "relu" => nn.ReLU(),
            "relu6" => nn.ReLU6(),
            "silu" => nn.SiLU(),
            "hardswish" => nn.Hardswish(),
            "sigmoid" => nn.Sigmoid(),
            "leaky_relu" => nn.LeakyReLU(0.1),
            _ => nn.Tanh(),
        };
        using Sequential net = Trained(nn.Sequential(
            ("conv", nn.Conv2d(3, 8, 3, stride: 2, padding: 1)),
            ("activation", activation),
            ("depthwise", nn.Conv2d(8, 8, 3, padding: 2, dilation: 2, groups: 8, bias: false)),
            ("norm", nn.BatchNorm2d(8))), [4, 3, 9, 11]);
        using InferenceModule frozen = net.OptimizeForInference(rand(2, 3, 9, 11));
        AssertSame(net, frozen, rand(3, 3, 9, 11) * 8);
    }

    [Fact]
    public void Module_IsNotChanged_AndLaterTrainingDoesNotReachTheCopy()
    {
        using Linear linear = nn.Linear(3, 2);
        using Tensor x = rand(2, 3);
        using InferenceModule frozen = linear.OptimizeForInference(x);
        using Tensor before = frozen.call(x);
        using (no_grad())
            linear.weight!.fill_(1);
        Assert.True(linear.training);
        Assert.True(before.equal(frozen.call(x)).all().item<bool>());
        Assert.Empty(frozen.parameters());
        Assert.False(before.requires_grad);
    }

    [Fact]
    public void ConcurrentCalls_GiveTheSame()
    {
        using ResidualNetwork network = Trained(new ResidualNetwork(), [4, 3, 16, 16]);
        using InferenceModule frozen = network.OptimizeForInference(rand(2, 3, 16, 16));
        using Tensor x = rand(2, 3, 16, 16);
        using Tensor expected = frozen.call(x);
        Parallel.For(0, 8, _ =>
        {
            using Tensor actual = frozen.call(x);
            Assert.True(actual.allclose(expected));
        });
    }

    [Fact]
    public void CompiledModule_ComputesTheSame()
    {
        using ResidualNetwork network = Trained(new ResidualNetwork(), [4, 3, 16, 16]);
        using CompiledModule compiled = network.Compile(rand(2, 3, 16, 16));
        foreach (long batch in new long[] { 2, 1, 5 })
            AssertSame(network, compiled, rand(batch, 3, 16, 16));
        // A view that is not dense.
        AssertSame(network, compiled, rand(2, 16, 16, 3).permute(0, 3, 1, 2));
    }

    [Fact]
    public void CompiledModule_RefusesAnotherType()
    {
        using Linear linear = nn.Linear(3, 2);
        using CompiledModule compiled = linear.Compile(rand(2, 3));
        Assert.Throws<ShapeMismatchException>(() => compiled.call(zeros(2, 3, ScalarType.Float64)));
        Assert.Throws<ShapeMismatchException>(() => compiled.call(zeros(2, 4)));
    }

    private static TModule Trained<TModule>(TModule module, long[] shape)
        where TModule : nn.Module<Tensor, Tensor>
    {
        // One pass in training mode gives the batch normalizations statistics that are worth folding.
        using IDisposable _ = no_grad();
        module.train();
        module.call(rand(shape) * 3).Dispose();
        module.eval();
        return module;
    }

    private static void AssertSame(nn.Module<Tensor, Tensor> expected, nn.Module<Tensor, Tensor> actual, Tensor input)
    {
        using IDisposable _ = no_grad();
        using Tensor y = expected.call(input);
        using Tensor z = actual.call(input);
        Assert.Equal(y.shape, z.shape);
        double scale = Math.Max(1, y.abs().max().item<float>());
        Assert.InRange((y - z).abs().max().item<float>(), 0, 1e-4 * scale);
    }
}
