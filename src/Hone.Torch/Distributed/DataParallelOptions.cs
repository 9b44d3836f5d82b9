namespace Hone.Torch.Distributed;

/// <summary>How gradients travel.</summary>
public sealed record DataParallelOptions
{
    /// <value>Bytes of gradients that are sent together, above 0. Default 4 MiB. Smaller buckets start earlier, larger ones cost less each.</value>
    public long BucketByteCount { get; init; } = 4 << 20;

    /// <value>Whether the buffers of process 0 (running statistics of batch normalizations) are given to all before each forward pass in
    /// training. Default true, as in PyTorch.</value>
    public bool BroadcastsBuffers { get; init; } = true;
}
