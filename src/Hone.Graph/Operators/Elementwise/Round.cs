using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The nearest integer, halves to the even one.</summary>
/// <remarks>ONNX operator <c>Round</c>, opset 11 and up.</remarks>
internal sealed class Round : RealUnaryOperator
{
    public override string Name => "Round";

    public override int SinceVersion => 11;

    protected override Func<double, double> Function(AttributeMap attributes) => x => Math.Round(x, MidpointRounding.ToEven);
}
