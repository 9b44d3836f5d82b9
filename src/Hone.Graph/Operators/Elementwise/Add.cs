using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>a + b; integers wrap around.</summary>
/// <remarks>ONNX operator <c>Add</c>, opset 7 and up, any numeric type, with broadcasting.</remarks>
internal sealed class Add : BinaryOperator
{
    public override string Name => "Add";

    public override int SinceVersion => 7;

    protected override Func<T, T, T> Function<T>(EvaluationContext context) => (a, b) => a + b;

    protected override Dimension OnDimensions(Dimension left, Dimension right) => left + right;
}
