using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>a * b; integers wrap around.</summary>
/// <remarks>ONNX operator <c>Mul</c>, opset 7 and up, any numeric type, with broadcasting.</remarks>
internal sealed class Mul : BinaryOperator
{
    public override string Name => "Mul";

    public override int SinceVersion => 7;

    protected override Func<T, T, T> Function<T>(EvaluationContext context) => (a, b) => a * b;

    protected override Dimension OnDimensions(Dimension left, Dimension right) => left * right;
}
