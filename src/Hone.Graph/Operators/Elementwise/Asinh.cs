using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The inverse hyperbolic sine of x.</summary>
/// <remarks>ONNX operator <c>Asinh</c>, opset 9 and up.</remarks>
internal sealed class Asinh : RealUnaryOperator
{
    public override string Name => "Asinh";

    public override int SinceVersion => 9;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Asinh;
}
