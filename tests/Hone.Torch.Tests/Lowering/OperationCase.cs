using System.Diagnostics;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

/// <summary>An operation applied to inputs whose first axis is the batch, compared with TorchSharp.</summary>
/// <param name="Name">The function in the table of lowerings, and a note behind a space where there are several cases.</param>
/// <param name="Run">What the module does.</param>
/// <param name="Inputs">Makes the inputs.</param>
[DebuggerDisplay("{Name}")]
internal sealed record OperationCase(string Name, Func<Tensor[], object> Run, Func<Tensor[]> Inputs)
{
    /// <value>The function that must be among the recorded calls.</value>
    public string Function => Name.Split(' ')[0];

    /// <value>What ONNX Runtime lacks to run the exported file, or null.</value>
    public string? OnnxRuntimeLacks { get; init; }

    public override string ToString() => Name;
}
