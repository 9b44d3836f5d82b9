using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>max(0, x); NaN stays NaN.</summary>
/// <remarks>ONNX operator <c>Relu</c>, opset 14 and up, any numeric type.</remarks>
internal sealed class Relu : UnaryOperator
{
    public override string Name => "Relu";

    public override int SinceVersion => 6;

    protected override Func<T, T> Function<T>(AttributeMap attributes) => x => T.Max(x, T.Zero);
}
