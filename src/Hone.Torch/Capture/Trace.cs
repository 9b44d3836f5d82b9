namespace Hone.Torch.Capture;

/// <summary>What one run of a module did.</summary>
/// <param name="Inputs">The tensor inputs, in order.</param>
/// <param name="Calls">The recorded calls, in order.</param>
/// <param name="Outputs">The tensors returned, flattened.</param>
/// <param name="OutputNames">Keys or member names of the outputs where the module gave them, else null entries.</param>
internal sealed record Trace(
    IReadOnlyList<TraceValue> Inputs,
    IReadOnlyList<TracedCall> Calls,
    IReadOnlyList<TraceValue> Outputs,
    IReadOnlyList<string?> OutputNames);
