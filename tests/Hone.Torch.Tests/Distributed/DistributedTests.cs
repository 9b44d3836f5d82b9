using Hone.Torch.Checkpoints;
using Hone.Torch.Distributed;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Distributed;

public sealed class DistributedTests
{
    [Fact]
    public void TwoProcesses_TakeTheStepsOfOne()
    {
        MpiJob.SkipUnlessInstalled();
        (int exitCode, string output) = MpiJob.Run(2, nameof(MpiJobs.TrainInStep));
        Assert.True(exitCode == 0, output);
        Assert.Contains("Failed: 0", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Skipped: 1", output, StringComparison.Ordinal);
    }

    [Fact]
    public void DeadProcess_EndsTheJob_AndTheLastCheckpointIsUsable()
    {
        MpiJob.SkipUnlessInstalled();
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.checkpoint");
        try
        {
            (int exitCode, string output) = MpiJob.Run(2, nameof(MpiJobs.OneProcessDies), (MpiJobs.CheckpointVariable, path));
            Assert.NotEqual(0, exitCode);
            Assert.Contains("mpirun", output, StringComparison.Ordinal);
            using Sequential module = MpiJobs.Network();
            using optim.Optimizer optimizer = optim.SGD(module.parameters(), 0.05);
            Assert.Equal(2, TrainingCheckpoint.Load(path, module, optimizer).Step);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(10, 3, false, 4)]
    [InlineData(10, 3, true, 3)]
    [InlineData(2, 3, false, 1)]
    public void Sampler_DealsEverySampleOut(int count, int worldSize, bool dropLast, int share)
    {
        int[][] parts = [.. Enumerable.Range(0, worldSize).Select(rank => new DistributedSampler(count, rank, worldSize, 5, dropLast).Indices(2))];
        Assert.All(parts, p => Assert.Equal(share, p.Length));
        int[] all = [.. parts.SelectMany(p => p)];
        Assert.Equal(dropLast ? share * worldSize : count, all.Distinct().Count());
        Assert.NotEqual(new DistributedSampler(count: 100, 0, worldSize, 5).Indices(0), new DistributedSampler(100, 0, worldSize, 5).Indices(1));
    }
}
