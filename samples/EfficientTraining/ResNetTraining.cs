using System.Diagnostics;
using Hone.Datasets;
using Hone.Samples;
using Hone.Samples.Zoo.Vision;
using Hone.Torch.Amp;
using Hone.Torch.Checkpoints;
using Hone.Torch.Distributed;
using Hone.Torch.Inference;
using Hone.Torch.MemoryFormats;
using TorchSharp;
using static TorchSharp.torch;

namespace EfficientTraining;

/// <summary>Trains ResNet-18 on Fashion-MNIST with what makes training efficient: autocast, channels-last, several processes, checkpoints.</summary>
internal sealed class ResNetTraining(TrainingOptions options, MpiProcessGroup? group)
{
    private const double LearningRate = 0.05;
    private readonly List<double> _stepMilliseconds = [];

    private bool IsFirst => group is null or { Rank: 0 };

    private int WorldSize => group?.WorldSize ?? 1;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        if (options.Threads > 0)
            set_num_threads(options.Threads);
        if (options.DataType != ScalarType.Float32)
            Say(AutocastBenefit.Measure(dataType: options.DataType).ToString());
        random.manual_seed(options.Seed);
        string folder = await FashionMnistSource.FindFolderAsync(options.Data, cancellationToken: cancellationToken).ConfigureAwait(false)
            ?? throw new Hone.HoneException("Fashion-MNIST was not found; name its folder by --data.");
        using ImageBatches train = new(FashionMnistSource.Load(folder, FashionMnistPart.Train).Take(options.Limit), options.ImageSize, options.ChannelsLast);
        using ResNet net = ResNet.ResNet18(classes: 10, inChannels: 1);
        if (options.ChannelsLast)
            net.to_channels_last();
        Train(net, train, cancellationToken);
        if (!IsFirst)
            return;
        using ImageBatches test = new(FashionMnistSource.Load(folder, FashionMnistPart.Test).Take(options.TestLimit), options.ImageSize, options.ChannelsLast);
        _stepMilliseconds.Sort();
        Say($"{options.DataType}{(options.ChannelsLast ? ", channels-last" : "")}, {WorldSize} processes: median step of {options.BatchSize} images "
            + $"{_stepMilliseconds[_stepMilliseconds.Count / 2]:0.0} ms, accuracy {Accuracy(net, test, cancellationToken):P2} on {test.Count} images");
    }

    private void Train(ResNet net, ImageBatches data, CancellationToken cancellationToken)
    {
        using DistributedDataParallel? parallel = group is null ? null : new DistributedDataParallel(net, group);
        using optim.Optimizer optimizer = optim.SGD(net.parameters(), LearningRate, momentum: 0.9, weight_decay: 5e-4, nesterov: true);
        GradScaler scaler = new(new GradScalerOptions { Enabled = options.DataType == ScalarType.Float16 });
        TrainingProgress progress = Resume(net, optimizer, scaler);
        DistributedSampler sampler = new(data.Count, group?.Rank ?? 0, WorldSize, options.Seed, dropLast: true);
        int share = options.BatchSize / WorldSize;
        int stepsPerEpoch = sampler.Count / share;
        for (int epoch = progress.Epoch; epoch < options.Epochs; epoch++)
        {
            net.train();
            parallel?.train();
            int[] order = sampler.Indices(epoch);
            for (int step = 0; step < stepsPerEpoch; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                CosineSchedule.Apply(optimizer, LearningRate, (epoch * stepsPerEpoch) + step, options.Epochs * stepsPerEpoch);
                long start = Stopwatch.GetTimestamp();
                float loss = Step((nn.Module<Tensor, Tensor>?)parallel ?? net, parallel, optimizer, scaler, data, order.AsSpan(step * share, share));
                _stepMilliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                if (step % 20 == 0)
                    Say($"epoch {epoch + 1}, step {step}/{stepsPerEpoch}: loss {loss:0.000}{(options.DataType == ScalarType.Float16 ? $", scale {scaler.CurrentScale}" : "")}");
                if (!float.IsFinite(loss))
                    throw new Hone.HoneException($"The loss became {loss} at step {step} of epoch {epoch + 1}.");
            }

            if (IsFirst && options.Checkpoint is { } path)
                TrainingCheckpoint.Save(path, net, optimizer, new TrainingProgress(epoch + 1, (epoch + 1L) * stepsPerEpoch), scaler);
        }
    }

    private float Step(
        nn.Module<Tensor, Tensor> module, DistributedDataParallel? parallel, optim.Optimizer optimizer, GradScaler scaler, ImageBatches data, ReadOnlySpan<int> indices)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, Tensor y) = data.Take(indices);
        optimizer.zero_grad();
        Tensor loss;
        using (new Autocast(dataType: options.DataType == ScalarType.Float16 ? ScalarType.Float16 : ScalarType.BFloat16, enabled: options.DataType != ScalarType.Float32))
            loss = nn.functional.cross_entropy(module.call(x), y);
        scaler.Scale(loss).backward();
        parallel?.SynchronizeGradients();
        scaler.Step(optimizer);
        scaler.Update();
        return loss.item<float>();
    }

    /// <summary>Every process resumes from the same file.</summary>
    private TrainingProgress Resume(ResNet net, optim.Optimizer optimizer, GradScaler scaler) =>
        options.Checkpoint is { } path && File.Exists(path) ? TrainingCheckpoint.Load(path, net, optimizer, scaler) : new TrainingProgress(0, 0);

    private static double Accuracy(ResNet net, ImageBatches test, CancellationToken cancellationToken)
    {
        const int Size = 100;
        net.eval();
        (Tensor example, _) = test.Take([0]);
        using InferenceModule frozen = net.OptimizeForInference(example);
        long correct = 0;
        for (int start = 0; start < test.Count; start += Size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            (Tensor x, Tensor y) = test.Take([.. Enumerable.Range(start, Math.Min(Size, test.Count - start))]);
            correct += frozen.call(x).argmax(1).eq(y).sum().item<long>();
        }

        return (double)correct / test.Count;
    }

    private void Say(string text)
    {
        if (IsFirst)
            Console.WriteLine(text);
    }
}
