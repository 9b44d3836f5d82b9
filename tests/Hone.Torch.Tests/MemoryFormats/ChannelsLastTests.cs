using Hone.Torch.MemoryFormats;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.MemoryFormats;

public sealed class ChannelsLastTests
{
    [Theory]
    [InlineData(2, 3, 4, 5)]
    [InlineData(1, 7, 1, 3)]
    [InlineData(2, 1, 4, 5)]
    public void Images_KeepTheirElements(long n, long c, long h, long w)
    {
        using Tensor x = randn(n, c, h, w);
        using Tensor y = x.to_channels_last();
        Assert.True(y.is_channels_last);
        Assert.Equal(x.shape, y.shape);
        Assert.True(x.equal(y).all().item<bool>());
    }

    [Fact]
    public void Strides_AreThoseOfPyTorch()
    {
        // torch.empty(2, 3, 4, 5, memory_format=torch.channels_last).stride(), and channels_last_3d of (2, 3, 4, 5, 6).
        Assert.Equal([60L, 1, 15, 3], zeros(2, 3, 4, 5).to_channels_last().stride());
        Assert.Equal([360L, 1, 90, 18, 3], zeros([2, 3, 4, 5, 6]).to_channels_last().stride());
    }

    [Fact]
    public void Detection_KnowsTheDifference()
    {
        Assert.False(zeros(2, 3, 4, 5).is_channels_last);
        Assert.True(zeros(2, 1, 4, 5).is_channels_last);
        Assert.False(zeros(2, 3, 4).is_channels_last);
        Assert.False(zeros(2, 4, 5, 3).permute(0, 3, 1, 2).slice(3, 0, 4, 1).is_channels_last);
    }

    [Fact]
    public void OtherRanks_AreRefused() => Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => zeros(2, 3).to_channels_last()).Message);

    [Fact]
    public void Module_KeepsItsParametersThroughTraining()
    {
        random.manual_seed(3);
        using Sequential net = nn.Sequential(("conv", nn.Conv2d(3, 8, 3)), ("norm", nn.BatchNorm2d(8)), ("flatten", nn.Flatten()), ("linear", nn.Linear(8 * 4 * 4, 2)));
        using Sequential twin = nn.Sequential(("conv", nn.Conv2d(3, 8, 3)), ("norm", nn.BatchNorm2d(8)), ("flatten", nn.Flatten()), ("linear", nn.Linear(8 * 4 * 4, 2)));
        twin.load_state_dict(net.state_dict());
        using optim.Optimizer optimizer = optim.SGD(net.parameters(), 0.01);
        using optim.Optimizer twinOptimizer = optim.SGD(twin.parameters(), 0.01);
        Assert.Same(net, net.to_channels_last());
        Assert.True(net.is_channels_last);
        Assert.False(twin.is_channels_last);
        for (int step = 0; step < 3; step++)
        {
            Tensor x = randn(4, 3, 6, 6);
            Step(net, optimizer, x.to_channels_last());
            Step(twin, twinOptimizer, x);
        }

        Assert.True(net.is_channels_last);
        Parameter weight = net.parameters().First();
        Assert.True(weight.grad!.is_channels_last);
        foreach ((Parameter a, Parameter b) in net.parameters().Zip(twin.parameters()))
            Assert.True(a.allclose(b, 1e-4, 1e-5));
    }

    [Fact]
    public void Convolution_KeepsTheFormat()
    {
        using Conv2d conv = nn.Conv2d(8, 16, 3).to_channels_last();
        Assert.True(conv.call(randn(2, 8, 6, 6).to_channels_last()).is_channels_last);
    }

    [Fact]
    public void InterleavedImages_AreSharedNotCopied()
    {
        using Tensor pixels = randn(2, 4, 5, 3);
        using Tensor images = ChannelsLast.FromInterleaved(pixels);
        Assert.Equal([2L, 3, 4, 5], images.shape);
        Assert.True(images.is_channels_last);
        pixels.fill_(7);
        Assert.Equal(7f, images[1, 2, 3, 4].item<float>());
    }

    private static void Step(nn.Module<Tensor, Tensor> net, optim.Optimizer optimizer, Tensor x)
    {
        optimizer.zero_grad();
        net.call(x).square().mean().backward();
        optimizer.step();
    }
}
