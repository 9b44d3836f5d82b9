using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>x * tanh(softplus(x)).</summary>
/// <remarks>ONNX operator <c>Mish</c>, opset 18 and up.</remarks>
internal sealed class Mish : RealUnaryOperator
{
    public override string Name => "Mish";

    public override int SinceVersion => 18;

    protected override Func<double, double> Function(AttributeMap attributes) => x => x * Math.Tanh(Activations.Softplus(x));
}
