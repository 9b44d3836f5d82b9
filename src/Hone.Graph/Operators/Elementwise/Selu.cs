using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>gamma * x for x &gt; 0, gamma * alpha * (exp(x) - 1) elsewhere.</summary>
/// <remarks>ONNX operator <c>Selu</c>, opset 6 and up. Attributes alpha (1.6732632) and gamma (1.050701).</remarks>
internal sealed class Selu : RealUnaryOperator
{
    public override string Name => "Selu";

    public override int SinceVersion => 6;

    protected override Func<double, double> Function(AttributeMap attributes)
    {
        double alpha = attributes.GetFloat("alpha", 1.67326319217681884765625f);
        double gamma = attributes.GetFloat("gamma", 1.05070102214813232421875f);
        return x => gamma * (x > 0 ? x : alpha * Activations.ExpM1(x));
    }
}
