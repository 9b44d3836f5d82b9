using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The inverse hyperbolic tangent of x.</summary>
/// <remarks>ONNX operator <c>Atanh</c>, opset 9 and up.</remarks>
internal sealed class Atanh : RealUnaryOperator
{
    public override string Name => "Atanh";

    public override int SinceVersion => 9;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Atanh;
}
