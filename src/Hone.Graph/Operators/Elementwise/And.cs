namespace Hone.Operators.Elementwise;

/// <summary>Whether both are true.</summary>
/// <remarks>ONNX operator <c>And</c>, opset 7 and up.</remarks>
internal sealed class And : LogicalOperator
{
    public override string Name => "And";

    protected override bool Function(bool left, bool right) => left && right;
}
