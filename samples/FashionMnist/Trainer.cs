using TorchSharp;
using static TorchSharp.torch;

namespace FashionMnist;

/// <summary>The usual training loop: cross-entropy, Adam, a one-cycle learning rate, mirrored images.</summary>
public sealed class Trainer(Tensor images, Tensor labels, int batchSize = 128)
{
    /// <summary>Trains for some epochs.</summary>
    /// <param name="model">Maps <c>[N, 1, 28, 28]</c> to logits <c>[N, 10]</c>; changed in place.</param>
    /// <param name="epochs">Passes over the images.</param>
    /// <param name="maxLearningRate">Peak of the cycle.</param>
    /// <param name="seed">Same seed, same order and augmentation.</param>
    /// <param name="afterEpoch">Called with the number of the epoch just ended, from 1.</param>
    /// <param name="progress">Told after each step which fraction of the training is done, 0..1, and the loss.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public void Train(
        nn.Module<Tensor, Tensor> model,
        int epochs,
        double maxLearningRate,
        long seed,
        Action<int>? afterEpoch = null,
        IProgress<(double Fraction, float Loss)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using Generator random = new((ulong)seed);
        long stepsPerEpoch = images.shape[0] / batchSize;
        long steps = epochs * stepsPerEpoch;
        using optim.Optimizer optimizer = optim.Adam(model.parameters(), maxLearningRate, weight_decay: 1e-4);
        optim.lr_scheduler.LRScheduler schedule = optim.lr_scheduler.OneCycleLR(optimizer, maxLearningRate, (int)steps);
        long step = 0;
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            model.train();
            using Tensor order = randperm(images.shape[0], generator: random);
            for (long i = 0; i < stepsPerEpoch; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using DisposeScope scope = NewDisposeScope();
                Tensor batch = order.slice(0, i * batchSize, (i + 1) * batchSize, 1);
                Tensor x = Augment(images.index_select(0, batch), random);
                Tensor loss = nn.functional.cross_entropy(model.call(x), labels.index_select(0, batch));
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                schedule.step();
                step++;
                progress?.Report(((double)step / steps, loss.item<float>()));
            }

            afterEpoch?.Invoke(epoch);
        }
    }

    /// <summary>Mirrors half of the batches.</summary>
    private static Tensor Augment(Tensor batch, Generator random)
    {
        using Tensor draw = randint(0, 2, [1], generator: random);
        return draw.item<long>() == 0 ? batch.flip(3) : batch;
    }
}
