namespace Hone.Torch.Capture;

/// <summary>One argument of a recorded call.</summary>
/// <param name="Name">Name of the parameter.</param>
/// <param name="Value">
/// A <see cref="TraceValue"/>, <see cref="long"/>, <see cref="SizeExpression"/>, <see cref="double"/>, <see cref="bool"/>, <see cref="string"/>,
/// an enumeration, an <see cref="IndexArgument"/>, an array of these, null, or an object the trace does not look into.
/// </param>
internal sealed record TracedArgument(string Name, object? Value);
