using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>-1, 0 or 1 as x is negative, zero or positive; NaN stays NaN.</summary>
/// <remarks>ONNX operator <c>Sign</c>, opset 9 and up, any numeric type.</remarks>
internal sealed class Sign : UnaryOperator
{
    public override string Name => "Sign";

    public override int SinceVersion => 9;

    protected override Func<T, T> Function<T>(AttributeMap attributes) => x => x > T.Zero ? T.One : x < T.Zero ? -T.One : x;
}
