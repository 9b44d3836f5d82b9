using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The angle in 0..π whose cosine is x.</summary>
/// <remarks>ONNX operator <c>Acos</c>, opset 7 and up.</remarks>
internal sealed class Acos : RealUnaryOperator
{
    public override string Name => "Acos";

    public override int SinceVersion => 7;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Acos;
}
