using System.Collections;
using Hone.Tensors;

namespace Hone.Quantization.WeightOnly;

/// <summary>Batches that are read several times, with the number of all reads told.</summary>
internal sealed class CountedBatches(IEnumerable<IReadOnlyDictionary<string, Tensor>> batches, IProgress<int>? progress) : IEnumerable<IReadOnlyDictionary<string, Tensor>>
{
    private int _count;

    public IEnumerator<IReadOnlyDictionary<string, Tensor>> GetEnumerator()
    {
        foreach (IReadOnlyDictionary<string, Tensor> batch in batches)
        {
            yield return batch;
            progress?.Report(++_count);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
