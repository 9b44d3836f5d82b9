using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Pruning.Methods;

/// <summary>Prunes the elements of least magnitude.</summary>
/// <param name="amount">How many of the elements that are left.</param>
public sealed class L1Unstructured(PruningAmount amount) : PruningMethod
{
    /// <inheritdoc/>
    public override PruningType Type => PruningType.Unstructured;

    /// <inheritdoc/>
    public override Tensor ComputeMask(Tensor importance, Tensor defaultMask)
    {
        ArgumentNullException.ThrowIfNull(importance);
        ArgumentNullException.ThrowIfNull(defaultMask);
        using DisposeScope scope = NewDisposeScope();
        Tensor mask = defaultMask.clone().contiguous();
        (Tensor _, Tensor pruned) = importance.abs().flatten().topk((int)amount.Of(importance.numel()), largest: false);
        mask.view(-1).index_fill_(0, pruned, 0);
        return mask.MoveToOuterDisposeScope();
    }
}
