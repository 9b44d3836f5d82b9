using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>x * sigmoid(alpha * x).</summary>
/// <remarks>ONNX operator <c>Swish</c>, opset 24 and up. Attribute alpha (1).</remarks>
internal sealed class Swish : RealUnaryOperator
{
    public override string Name => "Swish";

    public override int SinceVersion => 24;

    protected override Func<double, double> Function(AttributeMap attributes)
    {
        double alpha = attributes.GetFloat("alpha", 1);
        return x => x * Activations.Sigmoid(alpha * x);
    }
}
