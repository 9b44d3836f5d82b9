namespace Hone.Operators.Signal;

/// <summary>The Hann window: <c>0.5 - 0.5 cos(a)</c>.</summary>
/// <remarks>ONNX operator <c>HannWindow</c>, opset 17; input and attributes as <see cref="WindowOperator"/>.</remarks>
internal sealed class HannWindow : WindowOperator
{
    public override string Name => "HannWindow";

    protected override double At(double angle) => 0.5 - 0.5 * Math.Cos(angle);
}
