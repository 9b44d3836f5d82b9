namespace Hone.Weights.Checkpoints;

/// <summary>Where the elements of a checkpoint's storages lie.</summary>
internal interface IStorageSource : IDisposable
{
    /// <summary>A stream that stands at a byte of a storage.</summary>
    /// <exception cref="WeightFileException">The file does not hold the storage, or holds less than its pickle says.</exception>
    Stream Open(CheckpointStorage storage, long byteOffset);
}
