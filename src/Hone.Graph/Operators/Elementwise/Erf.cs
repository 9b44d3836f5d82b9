using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The Gauss error function of x.</summary>
/// <remarks>ONNX operator <c>Erf</c>, opset 9 and up.</remarks>
internal sealed class Erf : RealUnaryOperator
{
    public override string Name => "Erf";

    public override int SinceVersion => 9;

    protected override Func<double, double> Function(AttributeMap attributes) => ErrorFunction.Erf;
}
