using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

internal sealed class ScaleModule : nn.Module<Tensor, Tensor>
{
    private readonly Parameter factor = new(randn(4));

    public ScaleModule()
        : base(nameof(ScaleModule)) => RegisterComponents();

    public override Tensor forward(Tensor input) => UserFunctions.Opaque(input) * factor;
}

internal sealed class CubeModule(double gain) : nn.Module<Tensor, Tensor>(nameof(CubeModule))
{
    public double Gain => gain;

    public override Tensor forward(Tensor input) => UserFunctions.Opaque(input.pow(3)) * gain;
}

/// <summary>Functions whose inside capture could not follow.</summary>
internal static class UserFunctions
{
    /// <summary>The same tensor by way of managed memory, which leaves no trace.</summary>
    public static Tensor Opaque(Tensor x) => tensor(x.contiguous().data<float>().ToArray()).reshape(x.shape);

    public static Tensor Wobble(Tensor x, double speed) => Opaque(sin(x * speed));
}
