namespace Hone.Torch.Capture;

/// <summary>One index of <c>x[...]</c>.</summary>
/// <param name="Kind">What the index is.</param>
/// <param name="Start">First index of a slice, or the single index: <see cref="long"/>, <see cref="SizeExpression"/> or null.</param>
/// <param name="Stop">End of a slice, or null.</param>
/// <param name="Step">Step of a slice, or null.</param>
/// <param name="Tensor">The index tensor.</param>
internal sealed record IndexArgument(IndexKind Kind, object? Start, object? Stop, object? Step, TraceValue? Tensor);
