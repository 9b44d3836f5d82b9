using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

/// <summary>Runs a case as a module of one list input.</summary>
internal sealed class OperationModule(Func<Tensor[], object> run) : nn.Module<Tensor[], Tensor[]>(nameof(OperationModule))
{
    public override Tensor[] forward(Tensor[] inputs) => run(inputs) switch
    {
        Tensor tensor => [tensor],
        Tensor[] tensors => tensors,
        ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => (Tensor)tuple[i]!)],
        _ => throw new InvalidOperationException("a case returns tensors"),
    };
}
