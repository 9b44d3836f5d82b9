namespace Hone.Operators.Elementwise;

/// <summary>Whether a &gt;= b.</summary>
/// <remarks>ONNX operator <c>GreaterOrEqual</c>, opset 12 and up, any numeric type, with broadcasting.</remarks>
internal sealed class GreaterOrEqual : ComparisonOperator
{
    public override string Name => "GreaterOrEqual";

    public override int SinceVersion => 12;

    protected override Func<T, T, bool> Function<T>() => (a, b) => a >= b;
}
