using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>1 / (1 + exp(-x)).</summary>
/// <remarks>ONNX operator <c>Sigmoid</c>, opset 6 and up.</remarks>
internal sealed class Sigmoid : RealUnaryOperator
{
    public override string Name => "Sigmoid";

    public override int SinceVersion => 6;

    protected override Func<double, double> Function(AttributeMap attributes) => Activations.Sigmoid;
}
