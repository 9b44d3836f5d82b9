using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The natural logarithm of x.</summary>
/// <remarks>ONNX operator <c>Log</c>, opset 6 and up.</remarks>
internal sealed class Log : RealUnaryOperator
{
    public override string Name => "Log";

    public override int SinceVersion => 6;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Log;
}
