using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Pruning.Methods;

/// <summary>Prunes slices at random, for example output channels.</summary>
/// <param name="amount">How many of the slices that are left.</param>
/// <param name="dim">The axis of the slices.</param>
/// <param name="generator">Source of chance; null takes the global one.</param>
public sealed class RandomStructured(PruningAmount amount, int dim = 0, Generator? generator = null) : PruningMethod
{
    /// <inheritdoc/>
    public override PruningType Type => PruningType.Structured;

    /// <inheritdoc/>
    public override int Dim => dim;

    /// <inheritdoc/>
    public override Tensor ComputeMask(Tensor importance, Tensor defaultMask)
    {
        ArgumentNullException.ThrowIfNull(defaultMask);
        int axis = CheckedAxis(defaultMask, dim);
        using DisposeScope scope = NewDisposeScope();
        long slices = defaultMask.shape[axis];
        Tensor order = randperm(slices, device: defaultMask.device, generator: generator);
        return KeepSlices(defaultMask, axis, order.slice(0, amount.Of(slices), slices, 1)).MoveToOuterDisposeScope();
    }
}
