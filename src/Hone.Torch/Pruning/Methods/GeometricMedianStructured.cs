using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Pruning.Methods;

/// <summary>Prunes the slices that the others can replace best: those nearest to the geometric median of all.</summary>
/// <remarks>
/// The distance of a slice is the sum of its Euclidean distances to all others. He et al., Filter Pruning via Geometric Median for Deep
/// Convolutional Neural Networks Acceleration, CVPR 2019, equation 6.
/// </remarks>
/// <param name="amount">How many of the slices that are left.</param>
/// <param name="dim">The axis of the slices.</param>
public sealed class GeometricMedianStructured(PruningAmount amount, int dim = 0) : PruningMethod
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
        Tensor rows = importance.transpose(0, axis).flatten(1).to_type(ScalarType.Float64);
        Tensor distances = (rows.unsqueeze(0) - rows.unsqueeze(1)).square().sum(-1).sqrt().sum(1);
        (Tensor _, Tensor kept) = distances.topk((int)(slices - amount.Of(slices)));
        return KeepSlices(defaultMask, axis, kept).MoveToOuterDisposeScope();
    }
}
