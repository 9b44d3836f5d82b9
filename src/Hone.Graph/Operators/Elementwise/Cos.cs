using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The cosine of x in radians.</summary>
/// <remarks>ONNX operator <c>Cos</c>, opset 7 and up.</remarks>
internal sealed class Cos : RealUnaryOperator
{
    public override string Name => "Cos";

    public override int SinceVersion => 7;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Cos;
}
