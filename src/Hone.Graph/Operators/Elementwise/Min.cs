using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The smallest of the inputs; NaN wins.</summary>
/// <remarks>ONNX operator <c>Min</c>, opset 8 and up, any numeric type, with broadcasting.</remarks>
internal sealed class Min : VariadicOperator
{
    public override string Name => "Min";

    protected override Func<T, T, T> Function<T>() => T.Min;

    protected override Dimension OnDimensions(Dimension left, Dimension right) => left == right ? left : ShapeArithmetic.OnNumbers(left, right, Math.Min);
}
