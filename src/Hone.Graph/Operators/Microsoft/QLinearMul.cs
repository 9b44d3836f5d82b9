namespace Hone.Operators.Microsoft;

/// <summary>The product of two tensors, from codes to codes.</summary>
/// <remarks>ONNX Runtime operator <c>com.microsoft.QLinearMul</c>, version 1; inputs and output as <see cref="QLinearBinaryOperator"/>.</remarks>
internal sealed class QLinearMul : QLinearBinaryOperator
{
    public override string Name => "QLinearMul";

    protected override float Compute(float left, float right) => left * right;
}
