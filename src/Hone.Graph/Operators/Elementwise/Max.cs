using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The largest of the inputs; NaN wins.</summary>
/// <remarks>ONNX operator <c>Max</c>, opset 8 and up, any numeric type, with broadcasting.</remarks>
internal sealed class Max : VariadicOperator
{
    public override string Name => "Max";

    protected override Func<T, T, T> Function<T>() => T.Max;

    protected override Dimension OnDimensions(Dimension left, Dimension right) => left == right ? left : ShapeArithmetic.OnNumbers(left, right, Math.Max);
}
