using TorchSharp;

namespace Hone.Torch.Tests.Loading;

public sealed class LoadingTests
{
    [Fact]
    public void PlainTorchSharpCall_Works_WithoutAnyCallToHone()
    {
        using torch.Tensor zeros = torch.zeros(2, 3);
        Assert.Equal([2, 3], zeros.shape);
    }
}
