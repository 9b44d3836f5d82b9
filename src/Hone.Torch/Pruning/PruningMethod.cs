using static TorchSharp.torch;

namespace Hone.Torch.Pruning;

/// <summary>A rule that says which elements of a tensor to prune (PyTorch's <c>BasePruningMethod</c>).</summary>
public abstract class PruningMethod
{
    /// <value>On which part of the tensor the method works when something has been pruned before.</value>
    public abstract PruningType Type { get; }

    /// <value>The axis of the slices of a structured method.</value>
    public virtual int Dim => 0;

    /// <summary>Computes the mask of what stays.</summary>
    /// <param name="importance">The larger the magnitude, the more important; usually the parameter itself.</param>
    /// <param name="defaultMask">The mask so far, of the same shape: 1 stays, 0 is pruned. Not changed.</param>
    /// <returns>A new tensor of the shape and type of <paramref name="defaultMask"/>.</returns>
    public abstract Tensor ComputeMask(Tensor importance, Tensor defaultMask);

    /// <summary>The axis as an index from 0.</summary>
    /// <exception cref="ArgumentException">The tensor has no such axis, or has only one.</exception>
    private protected static int CheckedAxis(Tensor tensor, int dim)
    {
        int rank = (int)tensor.dim();
        if (rank < 2)
            throw new ArgumentException($"Structured pruning needs a tensor of two axes or more; this one has the shape "
                + $"[{string.Join(", ", tensor.shape)}].", nameof(tensor));
        return dim >= -rank && dim < rank ? (dim + rank) % rank
            : throw new ArgumentException($"The axis {dim} does not exist in a tensor of shape [{string.Join(", ", tensor.shape)}].", nameof(dim));
    }

    /// <summary>The mask without the slices that are not kept.</summary>
    /// <param name="defaultMask">The mask so far.</param>
    /// <param name="dim">The axis.</param>
    /// <param name="kept">Indices of the slices that stay, int64.</param>
    private protected static Tensor KeepSlices(Tensor defaultMask, int dim, Tensor kept)
    {
        using Tensor slices = zeros(defaultMask.shape[dim], dtype: defaultMask.dtype, device: defaultMask.device);
        slices.index_fill_(0, kept, 1);
        long[] shape = [.. defaultMask.shape.Select((size, axis) => axis == dim ? size : 1)];
        using Tensor broadcast = slices.view(shape);
        return defaultMask * broadcast;
    }
}
