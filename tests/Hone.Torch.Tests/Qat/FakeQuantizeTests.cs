using System.Text.Json;
using Hone.Torch.Qat;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Qat;

public class FakeQuantizeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void FusedMovingAverage_FourSteps_FollowsPyTorch(int index)
    {
        JsonElement golden = GoldenFile.Load("qat.json").GetProperty("fused")[index];
        int? axis = golden.GetProperty("ch_axis").ValueKind == JsonValueKind.Null ? null : golden.GetProperty("ch_axis").GetInt32();
        FakeQuantizeOptions options = new()
        {
            QuantMin = golden.GetProperty("quant_min").GetInt64(),
            QuantMax = golden.GetProperty("quant_max").GetInt64(),
            IsSymmetric = golden.GetProperty("qscheme").GetString()!.EndsWith("symmetric", StringComparison.Ordinal),
            ChannelAxis = axis,
            AveragingConstant = golden.GetProperty("averaging_constant").GetDouble(),
        };
        using FakeQuantize module = new(options, axis is null ? 1 : 6);
        foreach (JsonElement step in golden.GetProperty("steps").EnumerateArray())
        {
            using Tensor x = step.Tensor("x").requires_grad_(true);
            using Tensor y = module.call(x);
            y.backward([tensor(step.Floats("grad_y"), x.shape)]);
            GoldenFile.AssertClose(step.Floats("y"), y);
            GoldenFile.AssertClose(step.Floats("grad_x"), x.grad!);
            GoldenFile.AssertClose(step.Floats("scale"), module.Scale);
            GoldenFile.AssertClose(step.Floats("zero_point"), module.ZeroPoint.to(ScalarType.Float32));
            GoldenFile.AssertClose(step.Floats("min"), module.Minimum);
            GoldenFile.AssertClose(step.Floats("max"), module.Maximum);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Learnable_Gradients_AreThoseOfPyTorch(int index)
    {
        JsonElement golden = GoldenFile.Load("qat.json").GetProperty("learnable")[index];
        bool perChannel = golden.GetProperty("per_channel").GetBoolean();
        FakeQuantizeOptions options = new()
        {
            QuantMin = golden.GetProperty("quant_min").GetInt64(),
            QuantMax = golden.GetProperty("quant_max").GetInt64(),
            IsSymmetric = perChannel,
            ChannelAxis = perChannel ? 0 : null,
        };
        using LearnableFakeQuantize module = new(
            options,
            perChannel ? 3 : 1,
            (float)golden.GetProperty("scale").GetDouble(),
            (float)golden.GetProperty("zero_point").GetDouble(),
            golden.GetProperty("use_grad_scaling").GetBoolean());
        using Tensor x = golden.Tensor("x").requires_grad_(true);
        using Tensor y = module.call(x);
        y.backward([tensor(golden.Floats("grad_y"), x.shape)]);
        GoldenFile.AssertClose(golden.Floats("y"), y);
        GoldenFile.AssertClose(golden.Floats("grad_x"), x.grad!);
        GoldenFile.AssertClose(golden.Floats("grad_scale"), module.Scale.grad!, 1e-5f);
        if (golden.GetProperty("grad_zero_point").ValueKind != JsonValueKind.Null)
            GoldenFile.AssertClose(golden.Floats("grad_zero_point"), module.ZeroPoint.grad!, 1e-5f);
    }

    [Fact]
    public void Functions_AllCases_AreThoseOfPyTorch()
    {
        foreach (JsonElement golden in GoldenFile.Load("fake_quantize.json").EnumerateArray())
        {
            bool perChannel = golden.GetProperty("kind").GetString() == "per_channel";
            long[] shape = perChannel ? golden.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()).ToArray() : [68];
            long quantMin = golden.GetProperty("qmin").GetInt64();
            long quantMax = golden.GetProperty("qmax").GetInt64();
            using Tensor x = tensor(golden.Floats("x"), shape).requires_grad_(true);
            using Tensor scale = perChannel ? tensor(golden.Floats("scale")) : tensor(new[] { (float)golden.GetProperty("scale").GetDouble() });
            using Tensor zeroPoint = perChannel
                ? tensor(golden.Floats("zero_point")).to(ScalarType.Int32)
                : tensor(new[] { golden.GetProperty("zero_point").GetInt32() });
            using Tensor y = perChannel
                ? FakeQuantizeFunctions.FakeQuantizePerChannelAffine(x, scale, zeroPoint, golden.GetProperty("axis").GetInt64(), quantMin, quantMax)
                : FakeQuantizeFunctions.FakeQuantizePerTensorAffine(x, scale, zeroPoint, quantMin, quantMax);
            y.backward([tensor(golden.Floats("grad_y"), shape)]);
            GoldenFile.AssertClose(golden.Floats("y"), y);
            GoldenFile.AssertClose(golden.Floats("grad_x"), x.grad!);
        }
    }

    [Fact]
    public void Switches_StopObservingAndRounding()
    {
        using FakeQuantize module = new(FakeQuantizeOptions.Activation);
        using Tensor first = linspace(-1, 1, 50);
        module.call(first).Dispose();
        float scale = module.Scale.item<float>();
        module.IsObserving = false;
        module.call(first * 10).Dispose();
        Assert.Equal(scale, module.Scale.item<float>());
        module.IsQuantizing = false;
        using Tensor unchanged = module.call(first);
        Assert.True(unchanged.equal(first).all().item<bool>());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 256)]
    [InlineData(1, 100)]
    public void Options_BadRange_Throws(long quantMin, long quantMax) =>
        Assert.Throws<QuantizationException>(() => new FakeQuantize(new FakeQuantizeOptions { QuantMin = quantMin, QuantMax = quantMax }));
}
