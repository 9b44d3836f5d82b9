using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The magnitude of x; the most negative integer stays itself.</summary>
/// <remarks>ONNX operator <c>Abs</c>, opset 6 and up, any numeric type.</remarks>
internal sealed class Abs : UnaryOperator
{
    public override string Name => "Abs";

    public override int SinceVersion => 6;

    protected override Func<T, T> Function<T>(AttributeMap attributes) => x => T.IsNegative(x) ? -x : x;
}
