namespace Hone.Torch.Pruning;

/// <summary>On which part of a tensor a method works when something has been pruned before (PyTorch's <c>PRUNING_TYPE</c>).</summary>
public enum PruningType
{
    /// <summary>On the elements that are left.</summary>
    Unstructured,

    /// <summary>On the slices along the method's axis that hold an element that is left.</summary>
    Structured,

    /// <summary>On the whole tensor; the mask before is a part of the arithmetic.</summary>
    Global,
}
