using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The angle in -π/2..π/2 whose tangent is x.</summary>
/// <remarks>ONNX operator <c>Atan</c>, opset 7 and up.</remarks>
internal sealed class Atan : RealUnaryOperator
{
    public override string Name => "Atan";

    public override int SinceVersion => 7;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Atan;
}
