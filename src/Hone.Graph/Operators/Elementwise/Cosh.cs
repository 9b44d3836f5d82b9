using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The hyperbolic cosine of x.</summary>
/// <remarks>ONNX operator <c>Cosh</c>, opset 9 and up.</remarks>
internal sealed class Cosh : RealUnaryOperator
{
    public override string Name => "Cosh";

    public override int SinceVersion => 9;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Cosh;
}
