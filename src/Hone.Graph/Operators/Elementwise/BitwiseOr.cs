namespace Hone.Operators.Elementwise;

/// <summary>The bits of a and b combined by or.</summary>
/// <remarks>ONNX operator <c>BitwiseOr</c>, opset 18 and up, with broadcasting.</remarks>
internal sealed class BitwiseOr : BitwiseOperator
{
    public override string Name => "BitwiseOr";

    protected override Func<T, T, T> Function<T>(EvaluationContext context) => (a, b) => a | b;
}
