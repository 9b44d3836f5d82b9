using System.Reflection;
using static TorchSharp.torch;

namespace Hone.Torch.Capture;

/// <summary>One recorded call: a TorchSharp method, or a module that is kept whole.</summary>
/// <param name="Operation">Method name without the in-place underscore (<c>relu</c>, <c>op_Addition</c>), or the class of the module.</param>
/// <param name="Method">The method that was called.</param>
/// <param name="Module">The module, where it is kept whole.</param>
/// <param name="Arguments">By parameter name, in order; the receiver of an instance method comes first as <c>self</c>.</param>
/// <param name="Result">A <see cref="TraceValue"/>, or nested arrays of them for tuples and lists.</param>
/// <param name="Path">Path of the innermost module, as in the state dictionary.</param>
/// <param name="Location">Place in the user's code.</param>
internal sealed record TracedCall(
    string Operation,
    MethodBase Method,
    nn.Module? Module,
    IReadOnlyList<TracedArgument> Arguments,
    object? Result,
    string Path,
    string Location)
{
    /// <summary>The operation with its namespace, for people: <c>Tensor.reshape</c>, <c>functional.relu</c>, <c>LSTM (module)</c>.</summary>
    public string DisplayName => Module is null ? $"{Method.DeclaringType?.Name}.{Method.Name}" : $"{Operation} (module)";

    /// <summary>The results in order.</summary>
    public IEnumerable<TraceValue> Results => Snapshot.Values(Result);
}
