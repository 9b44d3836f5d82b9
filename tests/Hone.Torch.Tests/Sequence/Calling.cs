using static TorchSharp.torch;

namespace Hone.Torch.Tests.Sequence;

/// <summary>Calls a module of TorchSharp in a given way.</summary>
/// <typeparam name="TModule">Class of the module.</typeparam>
internal sealed class Calling<TModule> : nn.Module<Tensor[], Tensor[]>
    where TModule : nn.Module
{
    private readonly TModule inner;
    private readonly Func<TModule, Tensor[], Tensor[]> _call;

    public Calling(TModule inner, Func<TModule, Tensor[], Tensor[]> call)
        : base(typeof(TModule).Name)
    {
        this.inner = inner;
        _call = call;
        RegisterComponents();
    }

    public override Tensor[] forward(Tensor[] inputs) => _call(inner, inputs);
}
