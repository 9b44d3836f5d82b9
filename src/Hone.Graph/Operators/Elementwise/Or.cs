namespace Hone.Operators.Elementwise;

/// <summary>Whether at least one is true.</summary>
/// <remarks>ONNX operator <c>Or</c>, opset 7 and up.</remarks>
internal sealed class Or : LogicalOperator
{
    public override string Name => "Or";

    protected override bool Function(bool left, bool right) => left || right;
}
