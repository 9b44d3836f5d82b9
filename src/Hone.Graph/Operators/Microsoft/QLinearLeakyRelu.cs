using Hone.Operators.Elementwise;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>Multiplies negative numbers by alpha, from codes to codes.</summary>
/// <remarks>
/// ONNX Runtime operator <c>com.microsoft.QLinearLeakyRelu</c>, version 1; inputs as <see cref="QLinearUnaryOperator"/>; output as X. Attribute
/// <c>alpha</c> (0.01).
/// </remarks>
internal sealed class QLinearLeakyRelu : QLinearUnaryOperator
{
    private static readonly LeakyRelu s_standard = new();

    public override string Name => "QLinearLeakyRelu";

    protected override Tensor Compute(EvaluationContext context, Tensor real) => Run(s_standard, context.Node, real);
}
