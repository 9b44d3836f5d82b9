namespace Hone.Onnx.Upgrade;

/// <summary>One change in the form of an operator.</summary>
/// <param name="OperatorName">The operator as it was called before.</param>
/// <param name="Version">The opset that brought the change; nodes of lower opsets are upgraded.</param>
/// <param name="Apply">Changes a node to the form of <paramref name="Version"/>.</param>
/// <param name="NewName">What the operator is called since; null where it kept its name.</param>
internal sealed record OperatorUpgrade(string OperatorName, long Version, Action<NodeForm> Apply, string? NewName = null);
