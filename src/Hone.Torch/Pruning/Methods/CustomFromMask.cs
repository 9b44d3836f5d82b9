using static TorchSharp.torch;

namespace Hone.Torch.Pruning.Methods;

/// <summary>Prunes what a given mask says.</summary>
/// <param name="mask">0 for what is pruned, of the shape of the parameter; not changed.</param>
public sealed class CustomFromMask(Tensor mask) : PruningMethod
{
    /// <inheritdoc/>
    public override PruningType Type => PruningType.Global;

    /// <inheritdoc/>
    public override Tensor ComputeMask(Tensor importance, Tensor defaultMask)
    {
        ArgumentNullException.ThrowIfNull(defaultMask);
        if (!mask.shape.SequenceEqual(defaultMask.shape))
            throw new ArgumentException($"The mask has the shape [{string.Join(", ", mask.shape)}], the parameter "
                + $"[{string.Join(", ", defaultMask.shape)}].");
        using Tensor converted = mask.to_type(defaultMask.dtype);
        return defaultMask * converted;
    }
}
