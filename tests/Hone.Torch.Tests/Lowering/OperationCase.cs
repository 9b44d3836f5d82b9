using System.Diagnostics;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

/// <summary>An operation applied to inputs made from shapes, compared with TorchSharp.</summary>
/// <param name="Function">Name in the table of lowerings, and a note behind a space where there are several cases.</param>
/// <param name="Run">What the module does.</param>
/// <param name="Inputs">Makes the inputs.</param>
[DebuggerDisplay("{Function}")]
internal sealed record OperationCase(string Function, Func<Tensor[], object> Run, Func<Tensor[]> Inputs)
{
    public override string ToString() => Function;
}
