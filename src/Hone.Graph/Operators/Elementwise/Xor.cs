namespace Hone.Operators.Elementwise;

/// <summary>Whether exactly one is true.</summary>
/// <remarks>ONNX operator <c>Xor</c>, opset 7 and up.</remarks>
internal sealed class Xor : LogicalOperator
{
    public override string Name => "Xor";

    protected override bool Function(bool left, bool right) => left != right;
}
