namespace Hone.Weights.Checkpoints;

/// <summary>The functions that a checkpoint may call.</summary>
internal enum RebuildFunction
{
    OrderedDictionary,
    Size,
    TensorOfTypedStorage,
    TensorOfUntypedStorage,
    Parameter,
}
