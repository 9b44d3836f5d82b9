using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>x * max(0, min(1, x / 6 + 1 / 2)).</summary>
/// <remarks>ONNX operator <c>HardSwish</c>, opset 14 and up.</remarks>
internal sealed class HardSwish : RealUnaryOperator
{
    public override string Name => "HardSwish";

    public override int SinceVersion => 14;

    protected override Func<double, double> Function(AttributeMap attributes) => x => x * Math.Clamp((x / 6) + 0.5, 0, 1);
}
