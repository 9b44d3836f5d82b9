namespace Hone.Operators.Elementwise;

/// <summary>Whether a &lt; b.</summary>
/// <remarks>ONNX operator <c>Less</c>, opset 9 and up, any numeric type, with broadcasting.</remarks>
internal sealed class Less : ComparisonOperator
{
    public override string Name => "Less";

    public override int SinceVersion => 9;

    protected override Func<T, T, bool> Function<T>() => (a, b) => a < b;
}
