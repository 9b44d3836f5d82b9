using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>max(0, min(1, alpha * x + beta)).</summary>
/// <remarks>ONNX operator <c>HardSigmoid</c>, opset 6 and up. Attributes alpha (0.2) and beta (0.5).</remarks>
internal sealed class HardSigmoid : RealUnaryOperator
{
    public override string Name => "HardSigmoid";

    public override int SinceVersion => 6;

    protected override Func<double, double> Function(AttributeMap attributes)
    {
        double alpha = attributes.GetFloat("alpha", 0.2f);
        double beta = attributes.GetFloat("beta", 0.5f);
        return x => Math.Clamp((alpha * x) + beta, 0, 1);
    }
}
