using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>1 / x.</summary>
/// <remarks>ONNX operator <c>Reciprocal</c>, opset 6 and up.</remarks>
internal sealed class Reciprocal : RealUnaryOperator
{
    public override string Name => "Reciprocal";

    public override int SinceVersion => 6;

    protected override Func<double, double> Function(AttributeMap attributes) => x => 1 / x;
}
