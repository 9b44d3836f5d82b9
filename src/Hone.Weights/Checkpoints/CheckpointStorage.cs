using Hone.Tensors;

namespace Hone.Weights.Checkpoints;

/// <summary>A block of elements that one or more tensors of a checkpoint share.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">Element type; bytes for an untyped storage.</param>
/// <param name="Count">Number of elements.</param>
internal sealed record CheckpointStorage(string Key, DataType Type, long Count)
{
    internal long ByteCount => Type.ByteCount(Count);
}
