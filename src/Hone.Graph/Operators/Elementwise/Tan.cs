using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The tangent of x in radians.</summary>
/// <remarks>ONNX operator <c>Tan</c>, opset 7 and up.</remarks>
internal sealed class Tan : RealUnaryOperator
{
    public override string Name => "Tan";

    public override int SinceVersion => 7;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Tan;
}
