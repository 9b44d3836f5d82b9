using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>max(0, x) + min(0, alpha * (exp(x / alpha) - 1)).</summary>
/// <remarks>ONNX operator <c>Celu</c>, opset 12 and up. Attribute alpha (1).</remarks>
internal sealed class Celu : RealUnaryOperator
{
    public override string Name => "Celu";

    public override int SinceVersion => 12;

    protected override Func<double, double> Function(AttributeMap attributes)
    {
        double alpha = attributes.GetFloat("alpha", 1);
        return x => Math.Max(0, x) + Math.Min(0, alpha * Activations.ExpM1(x / alpha));
    }
}
