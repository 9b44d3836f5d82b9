using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The largest integer that is at most x.</summary>
/// <remarks>ONNX operator <c>Floor</c>, opset 6 and up.</remarks>
internal sealed class Floor : RealUnaryOperator
{
    public override string Name => "Floor";

    public override int SinceVersion => 6;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Floor;
}
