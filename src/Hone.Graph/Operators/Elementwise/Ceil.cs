using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The smallest integer that is at least x.</summary>
/// <remarks>ONNX operator <c>Ceil</c>, opset 6 and up.</remarks>
internal sealed class Ceil : RealUnaryOperator
{
    public override string Name => "Ceil";

    public override int SinceVersion => 6;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Ceiling;
}
