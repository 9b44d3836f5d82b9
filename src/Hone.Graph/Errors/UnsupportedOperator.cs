namespace Hone;

/// <summary>One operator that a model needs and Hone lacks.</summary>
/// <param name="OperatorName">Domain-qualified name, for example <c>com.microsoft.BiasGelu</c>.</param>
/// <param name="Reason">Why it is not supported: unknown, an opset out of range, an attribute value.</param>
/// <param name="NodeNames">The nodes that use it.</param>
public sealed record UnsupportedOperator(string OperatorName, string Reason, IReadOnlyList<string> NodeNames);
