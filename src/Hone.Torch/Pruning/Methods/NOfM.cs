using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Pruning.Methods;

/// <summary>Keeps the n largest of every m neighbours along an axis; 2 of 4 is the pattern of sparse tensor cores.</summary>
/// <remarks>Mishra et al., Accelerating Sparse Deep Neural Networks, 2021.</remarks>
public sealed class NOfM : PruningMethod
{
    private readonly int _n;
    private readonly int _m;
    private readonly int _dim;

    /// <summary>Creates the method.</summary>
    /// <param name="n">How many stay of each group; 0..m.</param>
    /// <param name="m">Size of the groups; the axis must be a multiple of it.</param>
    /// <param name="dim">The axis of the groups; by default the inputs of a linear layer or convolution.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is not in 0..m, or m is below 1.</exception>
    public NOfM(int n, int m, int dim = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(m, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, m);
        (_n, _m, _dim) = (n, m, dim);
    }

    /// <inheritdoc/>
    public override PruningType Type => PruningType.Global;

    /// <inheritdoc/>
    public override int Dim => _dim;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The axis does not exist, or its size is no multiple of m.</exception>
    public override Tensor ComputeMask(Tensor importance, Tensor defaultMask)
    {
        ArgumentNullException.ThrowIfNull(importance);
        ArgumentNullException.ThrowIfNull(defaultMask);
        int axis = CheckedAxis(importance, _dim);
        long size = importance.shape[axis];
        if (size % _m != 0)
            throw new ArgumentException($"Pruning {_n} of {_m} needs an axis whose size is a multiple of {_m}; axis {axis} has {size}.",
                nameof(importance));
        using DisposeScope scope = NewDisposeScope();
        // What is pruned already is the first to be left out.
        Tensor scores = (importance.abs() + 1).mul(defaultMask).transpose(axis, -1);
        Tensor groups = scores.contiguous().view(-1, _m);
        (Tensor _, Tensor kept) = groups.topk(_n, -1);
        Tensor mask = zeros_like(groups).scatter(-1, kept, ones_like(groups).slice(-1, 0, _n, 1)).view(scores.shape).transpose(axis, -1);
        return (mask.to_type(defaultMask.dtype) * defaultMask).contiguous().MoveToOuterDisposeScope();
    }
}
