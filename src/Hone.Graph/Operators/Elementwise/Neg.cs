using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>-x; integers wrap around.</summary>
/// <remarks>ONNX operator <c>Neg</c>, opset 6 and up, any numeric type.</remarks>
internal sealed class Neg : UnaryOperator
{
    public override string Name => "Neg";

    public override int SinceVersion => 6;

    protected override Func<T, T> Function<T>(AttributeMap attributes) => x => -x;
}
