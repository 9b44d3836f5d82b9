namespace Hone.Torch.Distributed;

/// <summary>Deals the samples of a data set out to the processes: PyTorch's <c>DistributedSampler</c>.</summary>
/// <remarks>All processes shuffle alike and take turns, so that together they see each sample once in an epoch.</remarks>
/// <param name="count">Samples in the data set, at least 1.</param>
/// <param name="rank">This process, from 0.</param>
/// <param name="worldSize">Number of processes.</param>
/// <param name="seed">The same in all processes.</param>
/// <param name="dropLast">Whether samples that do not go round are left out; otherwise some are seen twice, as in PyTorch.</param>
public sealed class DistributedSampler(int count, int rank, int worldSize, int seed = 0, bool dropLast = false)
{
    /// <value>Samples that this process gets in each epoch.</value>
    public int Count => dropLast ? count / worldSize : (count + worldSize - 1) / worldSize;

    /// <summary>The samples of this process, in the order to train on.</summary>
    /// <param name="epoch">Each epoch has its own order.</param>
    public int[] Indices(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, worldSize);
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(HashCode(epoch)).Shuffle(order);
        return [.. Enumerable.Range(0, Count).Select(i => order[((i * worldSize) + rank) % count])];
    }

    /// <summary>Not <see cref="System.HashCode"/>, which differs from process to process.</summary>
    private int HashCode(int epoch) => unchecked((seed * 1_000_003) + epoch);
}
