namespace Hone.Torch.Pruning;

/// <summary>How much of one parameter is zero.</summary>
/// <param name="Name">Its path in the module, without <c>_orig</c>.</param>
/// <param name="ElementCount">Number of elements.</param>
/// <param name="ZeroCount">How many of them are zero, under the mask if there is one.</param>
/// <param name="SliceCount">Length of the first axis: output channels of linear layers and convolutions.</param>
/// <param name="ZeroSliceCount">How many of these are zero throughout.</param>
/// <param name="IsPruned">Whether there is a mask.</param>
public sealed record LayerSparsity(string Name, long ElementCount, long ZeroCount, long SliceCount, long ZeroSliceCount, bool IsPruned)
{
    /// <value>Fraction of zeros.</value>
    public double Sparsity => ElementCount == 0 ? 0 : (double)ZeroCount / ElementCount;
}
