using Hone.Torch.Attribution;
using Hone.Torch.Inference;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Attribution;

public sealed class AttributionTests
{
    [Fact]
    public void LinearModel_HasTheAttributionsOfItsWeights()
    {
        using Linear linear = nn.Linear(3, 2);
        using Tensor x = randn(4, 3);
        long[] targets = [0, 1, 1, 0];
        using Tensor rows = linear.weight!.detach().index_select(0, tensor(targets));
        Assert.True(Attributions.Saliency(linear, x, targets).allclose(rows.abs()));
        Assert.True(Attributions.IntegratedGradients(linear, x, targets, steps: 3).allclose(rows * x, 1e-4, 1e-5));
        Assert.Null(linear.weight!.grad);
    }

    [Fact]
    public void IntegratedGradients_AddUpToTheChangeOfTheOutput()
    {
        random.manual_seed(2);
        using Sequential net = nn.Sequential(("conv", nn.Conv2d(1, 4, 3)), ("tanh", nn.Tanh()), ("flatten", nn.Flatten()), ("linear", nn.Linear(4 * 4 * 4, 3)));
        using Tensor x = randn(2, 1, 6, 6);
        using Tensor baseline = full(1, 0.5f);
        long[] targets = [2, 0];
        using Tensor sums = Attributions.IntegratedGradients(net, x, targets, baseline, steps: 200).sum([1, 2, 3]);
        using Tensor change = (net.call(x) - net.call(baseline.expand(x.shape))).gather(1, tensor(targets).unsqueeze(1)).squeeze(1);
        Assert.True(sums.allclose(change, 1e-2, 1e-3), $"{sums.ToString(TorchSharp.TensorStringStyle.Numpy)} {change.ToString(TorchSharp.TensorStringStyle.Numpy)}");
    }

    [Fact]
    public void Occlusion_FindsThePixelsThatCount_InCompiledModelsToo()
    {
        using Sequential net = nn.Sequential(("flatten", nn.Flatten()), ("linear", nn.Linear(36, 2, hasBias: false)));
        using (no_grad())
        {
            Tensor weight = net.parameters().First();
            weight.zero_();
            weight[0, 14] = 1;
        }

        using Tensor x = ones(1, 1, 6, 6);
        using Tensor map = Attributions.Occlusion(net, x, [0], window: 1, stride: 1);
        Assert.Equal([1L, 1, 6, 6], map.shape);
        Assert.Equal(1f, map[0, 0, 2, 2].item<float>());
        Assert.Equal(1f, map.abs().sum().item<float>());
        using CompiledModule compiled = net.Compile(x);
        Assert.True(map.allclose(Attributions.Occlusion(compiled, x, [0], window: 1, stride: 1)));
    }

    [Fact]
    public void GradCam_IsTheWeightedSumOfTheMaps()
    {
        random.manual_seed(3);
        using Conv2d conv = nn.Conv2d(1, 3, 3, padding: 1);
        using Linear linear = nn.Linear(3, 2);
        using Sequential net = nn.Sequential(("conv", conv), ("pool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("linear", linear));
        using Tensor x = randn(2, 1, 5, 5);
        // Behind a global average the gradient of a map is the weight of its channel over the number of pixels.
        using Tensor weights = linear.weight!.detach().index_select(0, tensor(new long[] { 1, 0 })).reshape(2, 3, 1, 1) / 25;
        using Tensor expected = (weights * conv.call(x).detach()).sum(1, keepdim: true).relu();
        Assert.True(Attributions.GradCam(net, conv, x, [1, 0]).allclose(expected, 1e-4, 1e-6));
    }

    [Fact]
    public void WrongArguments_AreNamed()
    {
        using Linear linear = nn.Linear(3, 2);
        using Linear other = nn.Linear(3, 2);
        Assert.Contains("2 targets", Assert.Throws<ArgumentException>(() => Attributions.Saliency(linear, randn(3, 3), [0, 1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Attributions.Occlusion(linear, randn(1, 3), [0]));
        Assert.Contains("0 times", Assert.Throws<ArgumentException>(() => Attributions.GradCam(linear, other, randn(1, 3), [0])).Message, StringComparison.Ordinal);
    }
}
