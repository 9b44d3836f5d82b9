using Hone.Torch.Distillation;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Distillation;

public class DistillationTrainerTests
{
    [Fact]
    public void Student_LearnsTheTeachersAnswersAndHiddenStates()
    {
        random.manual_seed(3);
        using Sequential teacher = Network(12);
        using Sequential student = Network(6);
        using HiddenProjection projection = new(6, 12, isImage: true);
        Tensor before = projection.parameters().Single().detach().clone();
        Tensor teacherWeights = cat([.. teacher.parameters().Select(p => p.detach().flatten())]).clone();
        Tensor x = randn(64, 3, 6, 6);
        List<DistillationProgress> progress = [];
        List<int> epochs = [];
        DistillationTrainer trainer = new(
            teacher, student, DistillationLoss.Logits(1, 2), DistillationLoss.Hidden(1, "1", "1", projection),
                DistillationLoss.Attention(10, "1", "1"), DistillationLoss.Labels(0))
        {
            AfterEpoch = epochs.Add,
        };
        using optim.Optimizer optimizer = optim.Adam(trainer.Parameters, 0.01);
        trainer.Train(_ => Batches(x), optimizer, 60, firstEpoch: 2, progress: new Recorder(progress));
        Assert.Equal(Enumerable.Range(2, 59), epochs);
        Assert.Equal(4 * 59, progress[^1].Step);
        Assert.True(progress.TakeLast(8).Average(p => p.Loss) < 0.5 * progress.Take(8).Average(p => p.Loss),
            $"{progress[0].Loss} to {progress[^1].Loss}");
        Assert.False(before.allclose(projection.parameters().Single()));
        Assert.True(teacherWeights.equal(cat([.. teacher.parameters().Select(p => p.detach().flatten())])).all().item<bool>());
        Assert.All(teacher.parameters(), p => Assert.Null(p.grad));
        Assert.True(teacher.training);
    }

    [Fact]
    public void Cancelled_StopsBetweenSteps()
    {
        using Sequential teacher = Network(4);
        using Sequential student = Network(4);
        using CancellationTokenSource source = new();
        long steps = 0;
        DistillationTrainer trainer = new(teacher, student, DistillationLoss.Logits(1))
        {
            AfterStep = step =>
            {
                steps = step;
                if (step == 3)
                    source.Cancel();
            },
        };
        using optim.Optimizer optimizer = optim.SGD(trainer.Parameters, 0.1);
        Assert.Throws<OperationCanceledException>(() =>
            trainer.Train(_ => Batches(randn(64, 3, 6, 6)), optimizer, 9, cancellationToken: source.Token));
        Assert.Equal(3, steps);
    }

    [Fact]
    public void InfiniteLoss_AndUnknownParts_AreNamed()
    {
        using Sequential teacher = Network(4);
        using Sequential student = Network(4);
        DistillationTrainer trainer = new(teacher, student, DistillationLoss.Logits(1));
        using optim.Optimizer optimizer = optim.SGD(trainer.Parameters, 0.1);
        Assert.Throws<InvalidOperationException>(() => trainer.Train(_ => Batches(full(64, 3, 6, 6, float.PositiveInfinity)), optimizer, 1));
        DistillationTrainer wrong = new(teacher, student, DistillationLoss.Hidden(1, "nowhere", "1"));
        Assert.Contains("nowhere", Assert.Throws<ArgumentException>(() => wrong.Train(_ => [], optimizer, 1)).Message, StringComparison.Ordinal);
    }

    private static Sequential Network(int channels) => nn.Sequential(
        nn.Conv2d(3, channels, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 5));

    private static IEnumerable<(Tensor, Tensor)> Batches(Tensor x)
    {
        for (int start = 0; start < 64; start += 16)
            yield return (x.slice(0, start, start + 16, 1), zeros(16, dtype: int64));
    }

    private sealed class Recorder(List<DistillationProgress> list) : IProgress<DistillationProgress>
    {
        public void Report(DistillationProgress value) => list.Add(value);
    }
}
