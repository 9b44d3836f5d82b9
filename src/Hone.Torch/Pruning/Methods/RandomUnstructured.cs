using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Pruning.Methods;

/// <summary>Prunes elements at random.</summary>
/// <param name="amount">How many of the elements that are left.</param>
/// <param name="generator">Source of chance; null takes the global one.</param>
public sealed class RandomUnstructured(PruningAmount amount, Generator? generator = null) : PruningMethod
{
    /// <inheritdoc/>
    public override PruningType Type => PruningType.Unstructured;

    /// <inheritdoc/>
    public override Tensor ComputeMask(Tensor importance, Tensor defaultMask)
    {
        ArgumentNullException.ThrowIfNull(defaultMask);
        using DisposeScope scope = NewDisposeScope();
        Tensor mask = defaultMask.clone().contiguous();
        Tensor order = randperm(mask.numel(), device: mask.device, generator: generator);
        mask.view(-1).index_fill_(0, order.slice(0, 0, amount.Of(mask.numel()), 1), 0);
        return mask.MoveToOuterDisposeScope();
    }
}
