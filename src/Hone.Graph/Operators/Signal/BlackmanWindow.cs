namespace Hone.Operators.Signal;

/// <summary>The Blackman window: <c>0.42 - 0.5 cos(a) + 0.08 cos(2a)</c>.</summary>
/// <remarks>ONNX operator <c>BlackmanWindow</c>, opset 17; input and attributes as <see cref="WindowOperator"/>.</remarks>
internal sealed class BlackmanWindow : WindowOperator
{
    public override string Name => "BlackmanWindow";

    protected override double At(double angle) => 0.42 - 0.5 * Math.Cos(angle) + 0.08 * Math.Cos(2 * angle);
}
