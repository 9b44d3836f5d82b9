using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The inverse hyperbolic cosine of x.</summary>
/// <remarks>ONNX operator <c>Acosh</c>, opset 9 and up.</remarks>
internal sealed class Acosh : RealUnaryOperator
{
    public override string Name => "Acosh";

    public override int SinceVersion => 9;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Acosh;
}
