namespace Hone.Operators.Elementwise;

/// <summary>x for x &gt;= 0, slope * x below.</summary>
/// <remarks>ONNX operator <c>PRelu</c>, opset 9 and up, any numeric type, with broadcasting.</remarks>
internal sealed class PRelu : BinaryOperator
{
    public override string Name => "PRelu";

    public override int SinceVersion => 9;

    protected override Func<T, T, T> Function<T>(EvaluationContext context) => (x, slope) => x < T.Zero ? slope * x : x;
}
