using Hone.Torch.Checkpoints;
using Hone.Torch.Distributed;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Distributed;

/// <summary>What each process of a job does; <see cref="DistributedTests"/> starts them.</summary>
public sealed class MpiJobs
{
    internal const string CheckpointVariable = "HONE_TEST_CHECKPOINT";
    private const int BatchSize = 8;

    [Fact]
    public void TrainInStep()
    {
        Assert.SkipUnless(MpiJob.IsRank, "Runs under mpirun only.");
        using MpiProcessGroup group = new();
        Assert.Equal(2, group.WorldSize);
        // Each process begins with other weights; process 0's must win.
        random.manual_seed(10 + group.Rank);
        using Sequential module = Network();
        using DistributedDataParallel parallel = new(module, group, new DataParallelOptions { BucketByteCount = 400 });
        random.manual_seed(10);
        using Sequential single = Network();
        AssertClose(single, module, p => p);
        using optim.Optimizer optimizer = optim.SGD(module.parameters(), 0.05, momentum: 0.9);
        using optim.Optimizer singleOptimizer = optim.SGD(single.parameters(), 0.05, momentum: 0.9);
        for (int step = 0; step < 3; step++)
        {
            (Tensor x, Tensor y) = Batch(step);
            Loss(single, singleOptimizer, x, y);
            long share = BatchSize / group.WorldSize;
            long start = group.Rank * share;
            Loss(parallel, optimizer, x.slice(0, start, start + share, 1), y.slice(0, start, start + share, 1));
            parallel.SynchronizeGradients();
            Assert.True(parallel.BucketCount > 2);
            Assert.True(parallel.OverlappedBucketCount > 0, "Nothing was sent during the backward pass.");
            AssertClose(single, module, p => p.grad!);
            optimizer.step();
            singleOptimizer.step();
        }

        AssertClose(single, module, p => p);
        group.Barrier();
    }

    [Fact]
    public void OneProcessDies()
    {
        Assert.SkipUnless(MpiJob.IsRank, "Runs under mpirun only.");
        string path = Environment.GetEnvironmentVariable(CheckpointVariable)!;
        MpiProcessGroup group = new();
        using Sequential module = Network();
        using DistributedDataParallel parallel = new(module, group);
        using optim.Optimizer optimizer = optim.SGD(module.parameters(), 0.05);
        for (int step = 1; ; step++)
        {
            (Tensor x, Tensor y) = Batch(step);
            Loss(parallel, optimizer, x, y);
            if (group.Rank == 1 && step == 3)
                Environment.Exit(7);
            parallel.SynchronizeGradients();
            optimizer.step();
            if (group.Rank == 0)
                TrainingCheckpoint.Save(path, module, optimizer, new TrainingProgress(1, step));
        }
    }

    internal static Sequential Network() => nn.Sequential(
        ("conv", nn.Conv2d(1, 4, 3)), ("relu", nn.ReLU()), ("flatten", nn.Flatten()), ("hidden", nn.Linear(4 * 4 * 4, 16)), ("tanh", nn.Tanh()), ("linear", nn.Linear(16, 3)));

    private static (Tensor X, Tensor Y) Batch(int step)
    {
        using Generator generator = new((ulong)(100 + step));
        return (rand(BatchSize, 1, 6, 6, generator: generator), randint(0, 3, BatchSize, generator: generator));
    }

    private static void Loss(nn.Module<Tensor, Tensor> module, optim.Optimizer optimizer, Tensor x, Tensor y)
    {
        optimizer.zero_grad();
        nn.functional.cross_entropy(module.call(x), y).backward();
    }

    private static void AssertClose(nn.Module expected, nn.Module actual, Func<Parameter, Tensor> select)
    {
        foreach ((Parameter e, Parameter a) in expected.parameters().Zip(actual.parameters()))
            Assert.True(select(a).allclose(select(e), 1e-4, 1e-6));
    }
}
