using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>x / (1 + |x|).</summary>
/// <remarks>ONNX operator <c>Softsign</c>, opset 1 and up.</remarks>
internal sealed class Softsign : RealUnaryOperator
{
    public override string Name => "Softsign";

    public override int SinceVersion => 1;

    protected override Func<double, double> Function(AttributeMap attributes) => x => x / (1 + Math.Abs(x));
}
