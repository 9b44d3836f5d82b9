using static TorchSharp.torch;

namespace Hone.Torch.Tests.Capture;

/// <summary>A module that calls a function made before it is captured.</summary>
internal sealed class FunctionModule(Func<Tensor, Tensor> function) : nn.Module<Tensor, Tensor>(nameof(FunctionModule))
{
    public override Tensor forward(Tensor input) => function(input);
}

internal sealed class FunctionModule2(Func<Tensor, Tensor, Tensor> function) : nn.Module<Tensor, Tensor, Tensor>(nameof(FunctionModule2))
{
    public override Tensor forward(Tensor first, Tensor second) => function(first, second);
}
