using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>log(1 + exp(x)).</summary>
/// <remarks>ONNX operator <c>Softplus</c>, opset 1 and up.</remarks>
internal sealed class Softplus : RealUnaryOperator
{
    public override string Name => "Softplus";

    public override int SinceVersion => 1;

    protected override Func<double, double> Function(AttributeMap attributes) => Activations.Softplus;
}
