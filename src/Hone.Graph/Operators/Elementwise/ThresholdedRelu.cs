using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>x for x &gt; alpha, 0 elsewhere.</summary>
/// <remarks>ONNX operator <c>ThresholdedRelu</c>, opset 10 and up. Attribute alpha (1).</remarks>
internal sealed class ThresholdedRelu : RealUnaryOperator
{
    public override string Name => "ThresholdedRelu";

    public override int SinceVersion => 10;

    protected override Func<double, double> Function(AttributeMap attributes)
    {
        double alpha = attributes.GetFloat("alpha", 1);
        return x => x > alpha ? x : 0;
    }
}
