using static TorchSharp.torch;

namespace Hone.Torch.Pruning.Methods;

/// <summary>Prunes nothing; makes a parameter ready for masks.</summary>
public sealed class Identity : PruningMethod
{
    /// <inheritdoc/>
    public override PruningType Type => PruningType.Unstructured;

    /// <inheritdoc/>
    public override Tensor ComputeMask(Tensor importance, Tensor defaultMask)
    {
        ArgumentNullException.ThrowIfNull(defaultMask);
        return defaultMask.clone();
    }
}
