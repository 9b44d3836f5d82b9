using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The hyperbolic sine of x.</summary>
/// <remarks>ONNX operator <c>Sinh</c>, opset 9 and up.</remarks>
internal sealed class Sinh : RealUnaryOperator
{
    public override string Name => "Sinh";

    public override int SinceVersion => 9;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Sinh;
}
