using Hone.Torch.Amp;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Amp;

public class AutocastBenefitTests
{
    [Fact]
    public void Measurement_IsMadeOnce_AndLeavesRandomNumbersAlone()
    {
        using Tensor state = get_rng_state();
        AutocastBenefit benefit = AutocastBenefit.Measure();
        Assert.True(state.equal(get_rng_state()).all().item<bool>());
        Assert.Same(benefit, AutocastBenefit.Measure());
        Assert.Equal(ScalarType.BFloat16, benefit.DataType);
        Assert.True(benefit.Float32Time > TimeSpan.Zero && benefit.LowPrecisionTime > TimeSpan.Zero);
        Assert.False(Autocast.IsEnabled());
    }

    [Theory]
    [InlineData(20, 10, true, "2.0 times faster")]
    [InlineData(10, 20, false, "2.0 times slower")]
    [InlineData(10, 10, false, "no faster")]
    public void Text_SaysWhatWasMeasured(int full, int low, bool isWorthwhile, string text)
    {
        AutocastBenefit benefit = new(DeviceType.CPU, ScalarType.BFloat16, TimeSpan.FromMilliseconds(full), TimeSpan.FromMilliseconds(low));
        Assert.Equal(isWorthwhile, benefit.IsWorthwhile);
        Assert.Contains(text, benefit.ToString(), StringComparison.Ordinal);
    }
}
