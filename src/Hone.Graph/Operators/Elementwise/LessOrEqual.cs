namespace Hone.Operators.Elementwise;

/// <summary>Whether a &lt;= b.</summary>
/// <remarks>ONNX operator <c>LessOrEqual</c>, opset 12 and up, any numeric type, with broadcasting.</remarks>
internal sealed class LessOrEqual : ComparisonOperator
{
    public override string Name => "LessOrEqual";

    public override int SinceVersion => 12;

    protected override Func<T, T, bool> Function<T>() => (a, b) => a <= b;
}
