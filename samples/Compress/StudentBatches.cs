using FashionMnist;
using TorchSharp;
using static TorchSharp.torch;

namespace Compress;

/// <summary>The batches of one epoch in random order, mirrored at random, as the first training has them.</summary>
internal sealed class StudentBatches(Tensor images, Tensor labels, int batchSize, int seed)
{
    internal long Count => images.shape[0] / batchSize;

    internal IEnumerable<(Tensor Inputs, Tensor Labels)> Of(int epoch)
    {
        using Generator random = new((ulong)(seed + epoch));
        using Tensor order = randperm(images.shape[0], generator: random);
        for (long i = 0; i < Count; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor batch = order.slice(0, i * batchSize, (i + 1) * batchSize, 1);
            Tensor inputs = Mirroring.Apply(images.index_select(0, batch), random);
            Tensor answers = labels.index_select(0, batch);
            yield return (inputs.DetachFromDisposeScope(), answers.DetachFromDisposeScope());
        }
    }
}
