namespace Hone.Operators.Elementwise;

/// <summary>The bits of a and b combined by xor.</summary>
/// <remarks>ONNX operator <c>BitwiseXor</c>, opset 18 and up, with broadcasting.</remarks>
internal sealed class BitwiseXor : BitwiseOperator
{
    public override string Name => "BitwiseXor";

    protected override Func<T, T, T> Function<T>(EvaluationContext context) => (a, b) => a ^ b;
}
