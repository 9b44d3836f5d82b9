namespace Hone.Operators.Signal;

/// <summary>The Hamming window: <c>25/46 - 21/46 cos(a)</c>.</summary>
/// <remarks>ONNX operator <c>HammingWindow</c>, opset 17; input and attributes as <see cref="WindowOperator"/>.</remarks>
internal sealed class HammingWindow : WindowOperator
{
    public override string Name => "HammingWindow";

    protected override double At(double angle) => (25 - 21 * Math.Cos(angle)) / 46;
}
