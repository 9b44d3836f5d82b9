namespace Hone.Operators.Elementwise;

/// <summary>The bits of a and b combined by and.</summary>
/// <remarks>ONNX operator <c>BitwiseAnd</c>, opset 18 and up, with broadcasting.</remarks>
internal sealed class BitwiseAnd : BitwiseOperator
{
    public override string Name => "BitwiseAnd";

    protected override Func<T, T, T> Function<T>(EvaluationContext context) => (a, b) => a & b;
}
