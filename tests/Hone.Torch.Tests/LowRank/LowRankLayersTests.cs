using Hone.Compression.LowRank;
using Hone.Torch.LowRank;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.LowRank;

public class LowRankLayersTests
{
    [Theory]
    [InlineData(20, 50)]
    [InlineData(50, 20)]
    public void Linear_OfGivenRank_HasTheLeastErrorThereIs(int outputs, int inputs)
    {
        using Linear layer = nn.Linear(inputs, outputs);
        using Sequential factors = LowRankLayers.Factorize(layer, new LowRankOptions { Rank = 6 })!;
        Tensor x = randn(7, inputs);
        Tensor product = ((Linear)factors[1]).weight.matmul(((Linear)factors[0]).weight);
        // Eckart and Young: what is cut off is what the singular values behind the rank hold.
        double expected = linalg.svdvals(layer.weight).slice(0, 6, 20, 1).square().sum().sqrt().item<float>();
        Assert.Equal(expected, (layer.weight - product).square().sum().sqrt().item<float>(), 1e-4);
        Assert.True(nn.functional.linear(x, product, layer.bias).allclose(factors.call(x), 1e-4, 1e-5));
    }

    [Fact]
    public void Conv_OfLowRank_IsKeptExactly()
    {
        using Conv2d layer = nn.Conv2d(8, 12, (3, 2), stride: (2, 1), padding: (1, 0), dilation: (1, 2));
        using (no_grad())
            layer.weight.copy_(randn(12, 3).matmul(randn(3, 48)).view(12, 8, 3, 2));
        using Sequential factors = LowRankLayers.Factorize(layer, new LowRankOptions { TargetError = 1e-4 })!;
        Assert.Equal(3, ((Conv2d)factors[0]).out_channels);
        Tensor x = randn(2, 8, 9, 9);
        Assert.True(layer.call(x).allclose(factors.call(x), 1e-4, 1e-4));
    }

    [Fact]
    public void WhatDoesNotGain_IsLeftAlone()
    {
        using Linear full = nn.Linear(16, 16);
        Assert.Null(LowRankLayers.Factorize(full, new LowRankOptions { TargetError = 0.01 }));
        using Conv2d grouped = nn.Conv2d(8, 8, 3, groups: 2);
        Assert.Throws<ArgumentException>(() => LowRankLayers.Factorize(grouped));
        Assert.Throws<ArgumentOutOfRangeException>(() => LowRankLayers.Factorize(full, new LowRankOptions { Rank = 0 }));
    }
}
