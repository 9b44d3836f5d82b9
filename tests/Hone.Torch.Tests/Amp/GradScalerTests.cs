using Hone.Torch.Amp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Amp;

public class GradScalerTests
{
    [Fact]
    public void Scale_FollowsPyTorchsTrace()
    {
        Parameter weight = new(ones(1));
        using optim.Optimizer optimizer = optim.SGD([weight], 0.5);
        GradScaler scaler = new(new GradScalerOptions { GrowthInterval = 4 });
        // What torch.amp.GradScaler(growth_interval=4) reports after each step when steps 3 and 4 overflow.
        double[] expected = [65536, 65536, 32768, 16384, 16384, 16384, 16384, 32768, 32768];
        for (int step = 1; step <= expected.Length; step++)
        {
            optimizer.zero_grad();
            bool overflows = step is 3 or 4;
            Tensor loss = (weight * (overflows ? float.PositiveInfinity : 0.25f)).sum();
            scaler.Scale(loss).backward();
            float before = weight.item<float>();
            Assert.Equal(!overflows, scaler.Step(optimizer));
            // A good step is the step without scaling: 0.5 * 0.25.
            Assert.Equal(overflows ? before : before - 0.125f, weight.item<float>());
            scaler.Update();
            Assert.Equal(expected[step - 1], scaler.CurrentScale);
        }
    }

    [Fact]
    public void Growth_ToInfinity_DoesNotHappen()
    {
        Parameter weight = new(ones(1));
        using optim.Optimizer optimizer = optim.SGD([weight], 0.5);
        GradScaler scaler = new(new GradScalerOptions { InitialScale = Math.Pow(2, 127), GrowthInterval = 1 });
        (weight * 0).sum().backward();
        scaler.Step(optimizer);
        scaler.Update();
        Assert.Equal(Math.Pow(2, 127), scaler.CurrentScale);
    }

    [Fact]
    public void Unscale_BeforeClipping_IsDoneOnce()
    {
        Parameter weight = new(ones(1));
        using optim.Optimizer optimizer = optim.SGD([weight], 0.5);
        GradScaler scaler = new();
        scaler.Scale((weight * 3).sum()).backward();
        scaler.Unscale(optimizer);
        Assert.Equal(3f, weight.grad!.item<float>());
        Assert.Throws<InvalidOperationException>(() => scaler.Unscale(optimizer));
        scaler.Step(optimizer);
        Assert.Equal(-0.5f, weight.item<float>());
        Assert.Throws<InvalidOperationException>(() => scaler.Step(optimizer));
        Assert.Throws<InvalidOperationException>(() => scaler.Unscale(optimizer));
    }

    [Fact]
    public void Update_WithoutStep_Throws() => Assert.Throws<InvalidOperationException>(new GradScaler().Update);

    [Fact]
    public void State_RoundTrips()
    {
        GradScaler source = new();
        GradScaler target = new();
        target.LoadStateDict(source.StateDict() with { Scale = 1024, GrowthTracker = 7 });
        Assert.Equal(source.StateDict() with { Scale = 1024, GrowthTracker = 7 }, target.StateDict());
        Assert.Throws<ArgumentOutOfRangeException>(() => target.LoadStateDict(source.StateDict() with { BackoffFactor = 2 }));
    }

    [Fact]
    public void Disabled_PassesThrough()
    {
        Parameter weight = new(ones(1));
        using optim.Optimizer optimizer = optim.SGD([weight], 0.5);
        GradScaler scaler = new(new GradScalerOptions { Enabled = false });
        scaler.Scale((weight * 2).sum()).backward();
        Assert.True(scaler.Step(optimizer));
        scaler.Update();
        Assert.Equal(0f, weight.item<float>());
        Assert.Equal(1, scaler.CurrentScale);
    }
}
