using static TorchSharp.torch;

namespace Hone.Torch.Pruning;

/// <summary>Masked parameters that stay the same tensors while a module is captured.</summary>
internal sealed class HeldParameters : IDisposable
{
    private readonly IReadOnlyList<PrunedParameter> _parameters;

    internal HeldParameters(IReadOnlyList<PrunedParameter> parameters)
    {
        _parameters = parameters;
        using IDisposable gradients = no_grad();
        foreach (PrunedParameter parameter in parameters)
        {
            parameter.Refresh();
            parameter.IsHeld = true;
        }
    }

    /// <summary>Lets the next call compute them anew.</summary>
    public void Dispose()
    {
        foreach (PrunedParameter parameter in _parameters)
            parameter.IsHeld = false;
    }
}
