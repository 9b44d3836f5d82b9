using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>x for x &gt;= 0, alpha * x below.</summary>
/// <remarks>ONNX operator <c>LeakyRelu</c>, opset 6 and up. Attribute alpha (0.01).</remarks>
internal sealed class LeakyRelu : RealUnaryOperator
{
    public override string Name => "LeakyRelu";

    public override int SinceVersion => 6;

    protected override Func<double, double> Function(AttributeMap attributes)
    {
        double alpha = attributes.GetFloat("alpha", 0.01f);
        return x => x < 0 ? alpha * x : x;
    }
}
