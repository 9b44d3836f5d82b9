using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The hyperbolic tangent of x.</summary>
/// <remarks>ONNX operator <c>Tanh</c>, opset 6 and up.</remarks>
internal sealed class Tanh : RealUnaryOperator
{
    public override string Name => "Tanh";

    public override int SinceVersion => 6;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Tanh;
}
