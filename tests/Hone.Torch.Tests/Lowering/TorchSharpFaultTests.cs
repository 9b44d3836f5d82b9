using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Hone.Torch.Tests.Lowering;

/// <summary>What TorchSharp 0.107 computes otherwise than PyTorch is refused with a reason; a test that fails here tells that TorchSharp has mended it.</summary>
public sealed class TorchSharpFaultTests
{
    [Fact]
    public void Hardtanh_DoesNotClampAndIsRefused()
    {
        using Tensor x = tensor(new float[] { -2, 0.5f, 3 });
        using Tensor y = F.hardtanh(x, -1, 1);
        Assert.Equal(x.data<float>().ToArray(), y.data<float>().ToArray());
        AssertRefused("hardtanh", i => F.hardtanh(i[0], -1, 1), x);
    }

    [Fact]
    public void Baddbmm_MixesUpItsOperandsAndIsRefused()
    {
        using Tensor input = arange(4, float32).view(1, 2, 2);
        using Tensor batch1 = input + 1;
        using Tensor batch2 = input * 3;
        using Tensor actual = input.baddbmm(batch1, batch2);
        using Tensor mixed = batch2 + input.bmm(batch1);
        Assert.Equal(mixed.data<float>().ToArray(), actual.data<float>().ToArray());
        AssertRefused("baddbmm", i => i[0].baddbmm(i[1], i[2]), input, batch1, batch2);
    }

    [Fact]
    public void AdaptiveMaxPool3d_Throws()
    {
        using Tensor x = zeros([1, 1, 4, 4, 4]);
        Assert.ThrowsAny<Exception>(() => F.adaptive_max_pool3d(x, [2, 2, 2]));
    }

    private static void AssertRefused(string function, Func<Tensor[], object> run, params Tensor[] inputs)
    {
        using OperationModule module = new(run);
        UnsupportedOperatorException error = Assert.Throws<UnsupportedOperatorException>(() => module.Capture([inputs]));
        Assert.Contains(function, Assert.Single(error.Missing).OperatorName, StringComparison.Ordinal);
    }
}
