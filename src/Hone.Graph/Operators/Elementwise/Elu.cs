using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>x for x &gt;= 0, alpha * (exp(x) - 1) below.</summary>
/// <remarks>ONNX operator <c>Elu</c>, opset 6 and up. Attribute alpha (1).</remarks>
internal sealed class Elu : RealUnaryOperator
{
    public override string Name => "Elu";

    public override int SinceVersion => 6;

    protected override Func<double, double> Function(AttributeMap attributes)
    {
        double alpha = attributes.GetFloat("alpha", 1);
        return x => x < 0 ? alpha * Activations.ExpM1(x) : x;
    }
}
