namespace Hone.Operators.Microsoft;

/// <summary>The sum of two tensors, from codes to codes.</summary>
/// <remarks>ONNX Runtime operator <c>com.microsoft.QLinearAdd</c>, version 1; inputs and output as <see cref="QLinearBinaryOperator"/>.</remarks>
internal sealed class QLinearAdd : QLinearBinaryOperator
{
    public override string Name => "QLinearAdd";

    protected override float Compute(float left, float right) => left + right;
}
