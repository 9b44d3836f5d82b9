using System.Diagnostics;
using Hone.Samples;
using Hone.Torch.Checkpoints;
using Hone.Torch.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionMnist;

/// <summary>The usual training loop: cross-entropy, Adam, a learning rate along a cosine, mirrored images.</summary>
/// <param name="images"><c>[N, 1, 28, 28]</c>.</param>
/// <param name="labels">int64 <c>[N]</c>.</param>
/// <param name="batchSize">Images in a step, over all processes.</param>
/// <param name="group">The processes that share each batch, all with the same data; null for one.</param>
public sealed class Trainer(Tensor images, Tensor labels, int batchSize = 128, MpiProcessGroup? group = null)
{
    /// <summary>Trains for some epochs.</summary>
    /// <param name="model">Maps <c>[N, 1, 28, 28]</c> to logits <c>[N, 10]</c>; changed in place.</param>
    /// <param name="epochs">Passes over the images.</param>
    /// <param name="maxLearningRate">Peak of the cycle.</param>
    /// <param name="seed">Same seed, same order and augmentation.</param>
    /// <param name="afterEpoch">Called after each epoch, in every process.</param>
    /// <param name="progress">Told after each step which fraction of the training is done, 0..1, and the loss.</param>
    /// <param name="checkpoint">A file to save to after each epoch, and to resume from if it is there; or null.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public void Train(
        nn.Module<Tensor, Tensor> model,
        int epochs,
        double maxLearningRate,
        long seed,
        Action<TrainedEpoch>? afterEpoch = null,
        IProgress<(double Fraction, float Loss)>? progress = null,
        string? checkpoint = null,
        CancellationToken cancellationToken = default)
    {
        long stepsPerEpoch = images.shape[0] / batchSize;
        long steps = epochs * stepsPerEpoch;
        using optim.Optimizer optimizer = optim.Adam(model.parameters(), maxLearningRate, weight_decay: 1e-4);
        TrainingProgress done = File.Exists(checkpoint) ? TrainingCheckpoint.Load(checkpoint, model, optimizer) : new TrainingProgress(0, 0);
        long step = done.Step;
        using DistributedDataParallel? parallel = group is null ? null : new DistributedDataParallel(model, group);
        for (int epoch = done.Epoch + 1; epoch <= epochs; epoch++)
        {
            model.train();
            parallel?.train();
            // The same order in every process.
            using Generator random = new((ulong)(seed + epoch));
            using Tensor order = randperm(images.shape[0], generator: random);
            long start = Stopwatch.GetTimestamp();
            for (long i = 0; i < stepsPerEpoch; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using DisposeScope scope = NewDisposeScope();
                Tensor batch = Share(order.slice(0, i * batchSize, (i + 1) * batchSize, 1));
                Tensor x = Mirroring.Apply(images.index_select(0, batch), random);
                Tensor loss = nn.functional.cross_entropy(((nn.Module<Tensor, Tensor>?)parallel ?? model).call(x), labels.index_select(0, batch));
                optimizer.zero_grad();
                loss.backward();
                parallel?.SynchronizeGradients(cancellationToken);
                CosineSchedule.Apply(optimizer, maxLearningRate, step, steps);
                optimizer.step();
                step++;
                progress?.Report(((double)step / steps, loss.item<float>()));
            }

            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (checkpoint is not null && (group is null or { Rank: 0 }))
                TrainingCheckpoint.Save(checkpoint, model, optimizer, new TrainingProgress(epoch, step));
            afterEpoch?.Invoke(new TrainedEpoch(epoch, stepsPerEpoch * batchSize / seconds));
        }
    }

    /// <summary>The part of a batch that this process computes.</summary>
    private Tensor Share(Tensor batch)
    {
        if (group is null)
            return batch;
        long share = batchSize / group.WorldSize;
        return batch.slice(0, group.Rank * share, (group.Rank + 1) * share, 1);
    }
}
