using Hone.Torch.Amp;
using Hone.Torch.Checkpoints;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Checkpoints;

public sealed class TrainingCheckpointTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.checkpoint");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Resumed_GoesOnAsIfNothingHadHappened()
    {
        random.manual_seed(4);
        (Sequential net, optim.Optimizer optimizer, GradScaler scaler) = Training();
        Steps(net, optimizer, scaler, 3);
        TrainingCheckpoint.Save(_path, net, optimizer, new TrainingProgress(2, 3), scaler);
        Steps(net, optimizer, scaler, 3);

        random.manual_seed(99);
        (Sequential resumed, optim.Optimizer resumedOptimizer, GradScaler resumedScaler) = Training();
        Assert.Equal(new TrainingProgress(2, 3), TrainingCheckpoint.Load(_path, resumed, resumedOptimizer, resumedScaler));
        Steps(resumed, resumedOptimizer, resumedScaler, 3);
        Assert.Equal(scaler.CurrentScale, resumedScaler.CurrentScale);
        foreach ((string name, Tensor expected) in net.state_dict())
            Assert.True(expected.equal(resumed.state_dict()[name]).all().item<bool>(), name);
    }

    [Fact]
    public void DamagedFiles_GiveTypedErrors()
    {
        (Sequential net, optim.Optimizer optimizer, GradScaler scaler) = Training();
        TrainingCheckpoint.Save(_path, net, optimizer, new TrainingProgress(0, 0));
        Assert.Contains("gradient scaler", Assert.Throws<HoneException>(() => TrainingCheckpoint.Load(_path, net, optimizer, scaler)).Message, StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(_path);
        File.WriteAllBytes(_path, bytes[..(bytes.Length / 2)]);
        Assert.Contains(_path, Assert.Throws<HoneException>(() => TrainingCheckpoint.Load(_path, net, optimizer)).Message, StringComparison.Ordinal);
        File.Delete(_path);
        Assert.Throws<HoneException>(() => TrainingCheckpoint.Load(_path, net, optimizer));
    }

    [Fact]
    public void AnotherModule_IsRefused()
    {
        (Sequential net, optim.Optimizer optimizer, _) = Training();
        TrainingCheckpoint.Save(_path, net, optimizer, new TrainingProgress(0, 0));
        using Sequential other = nn.Sequential(("linear", nn.Linear(3, 4)));
        Assert.Throws<HoneException>(() => TrainingCheckpoint.Load(_path, other, optim.Adam(other.parameters())));
    }

    private static (Sequential Net, optim.Optimizer Optimizer, GradScaler Scaler) Training()
    {
        Sequential net = nn.Sequential(("linear", nn.Linear(4, 8)), ("norm", nn.BatchNorm1d(8)), ("dropout", nn.Dropout(0.3)), ("last", nn.Linear(8, 2)));
        return (net, optim.Adam(net.parameters(), 0.01), new GradScaler(new GradScalerOptions { GrowthInterval = 2 }));
    }

    private static void Steps(Sequential net, optim.Optimizer optimizer, GradScaler scaler, int count)
    {
        for (int i = 0; i < count; i++)
        {
            optimizer.zero_grad();
            scaler.Scale(net.call(rand(6, 4)).square().mean()).backward();
            scaler.Step(optimizer);
            scaler.Update();
        }
    }
}
