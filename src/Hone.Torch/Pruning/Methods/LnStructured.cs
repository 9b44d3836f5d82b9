using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Pruning.Methods;

/// <summary>Prunes the slices of least n-norm, for example output channels.</summary>
/// <param name="amount">How many of the slices that are left.</param>
/// <param name="n">Order of the norm; infinities give the largest and the least magnitude.</param>
/// <param name="dim">The axis of the slices.</param>
public sealed class LnStructured(PruningAmount amount, double n, int dim = 0) : PruningMethod
{
    /// <inheritdoc/>
    public override PruningType Type => PruningType.Structured;

    /// <inheritdoc/>
    public override int Dim => dim;

    /// <inheritdoc/>
    public override Tensor ComputeMask(Tensor importance, Tensor defaultMask)
    {
        ArgumentNullException.ThrowIfNull(importance);
        ArgumentNullException.ThrowIfNull(defaultMask);
        int axis = CheckedAxis(importance, dim);
        using DisposeScope scope = NewDisposeScope();
        long slices = importance.shape[axis];
        Tensor norms = linalg.vector_norm(importance.transpose(0, axis).flatten(1), n, [1], false);
        (Tensor _, Tensor kept) = norms.topk((int)(slices - amount.Of(slices)));
        return KeepSlices(defaultMask, axis, kept).MoveToOuterDisposeScope();
    }
}
