using Hone.Torch.Amp;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Amp;

public class AutocastTests
{
    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Region_RunsProductsIn16Bits_AndRestores(ScalarType type)
    {
        using Tensor a = randn(4, 4);
        using (new Autocast(DeviceType.CPU, type))
        {
            Assert.True(Autocast.IsEnabled());
            Assert.Equal(type, a.matmul(a).dtype);
            Assert.Equal(ScalarType.Float32, a.softmax(1).dtype);
        }

        Assert.False(Autocast.IsEnabled());
        Assert.Equal(ScalarType.Float32, a.matmul(a).dtype);
    }

    [Fact]
    public void DisabledRegion_InsideAnother_ComputesInFloat32()
    {
        using Tensor a = randn(4, 4);
        using Autocast outer = new();
        using (new Autocast(enabled: false))
            Assert.Equal(ScalarType.Float32, a.matmul(a).dtype);
        Assert.Equal(ScalarType.BFloat16, a.matmul(a).dtype);
    }

    [Fact]
    public void Exception_InsideARegion_RestoresToo()
    {
        Assert.Throws<InvalidOperationException>(Fail);
        Assert.False(Autocast.IsEnabled());

        static void Fail()
        {
            using Autocast region = new();
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public void OtherThreads_AreNotAffected()
    {
        using Autocast region = new();
        bool elsewhere = true;
        Thread thread = new(() => elsewhere = Autocast.IsEnabled());
        thread.Start();
        thread.Join();
        Assert.False(elsewhere);
    }

    [Fact]
    public void Dispose_OnAnotherThread_Throws()
    {
        using Autocast region = new();
        Exception? error = null;
        Thread thread = new(() => error = Record.Exception(region.Dispose));
        thread.Start();
        thread.Join();
        Assert.IsType<InvalidOperationException>(error);
    }

    [Fact]
    public void Gradients_OfWeights_AreFloat32()
    {
        using TorchSharp.Modules.Linear linear = nn.Linear(8, 4);
        Tensor loss;
        using (new Autocast())
            loss = linear.call(randn(3, 8)).sum();
        loss.backward();
        Assert.Equal(ScalarType.Float32, linear.weight!.grad!.dtype);
    }

    [Fact]
    public void OtherTypes_AreRefused() => Assert.Throws<ArgumentException>(() => new Autocast(dataType: ScalarType.Float32));
}
