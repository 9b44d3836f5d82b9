using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The sine of x in radians.</summary>
/// <remarks>ONNX operator <c>Sin</c>, opset 7 and up.</remarks>
internal sealed class Sin : RealUnaryOperator
{
    public override string Name => "Sin";

    public override int SinceVersion => 7;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Sin;
}
