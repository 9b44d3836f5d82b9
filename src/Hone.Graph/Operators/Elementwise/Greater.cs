namespace Hone.Operators.Elementwise;

/// <summary>Whether a &gt; b.</summary>
/// <remarks>ONNX operator <c>Greater</c>, opset 9 and up, any numeric type, with broadcasting.</remarks>
internal sealed class Greater : ComparisonOperator
{
    public override string Name => "Greater";

    public override int SinceVersion => 9;

    protected override Func<T, T, bool> Function<T>() => (a, b) => a > b;
}
