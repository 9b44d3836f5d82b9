using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The square root of x.</summary>
/// <remarks>ONNX operator <c>Sqrt</c>, opset 6 and up.</remarks>
internal sealed class Sqrt : RealUnaryOperator
{
    public override string Name => "Sqrt";

    public override int SinceVersion => 6;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Sqrt;
}
