using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>e to the power of x.</summary>
/// <remarks>ONNX operator <c>Exp</c>, opset 6 and up.</remarks>
internal sealed class Exp : RealUnaryOperator
{
    public override string Name => "Exp";

    public override int SinceVersion => 6;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Exp;
}
