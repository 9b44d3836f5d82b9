using Hone.Operators.Elementwise;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>The logistic function, from codes to codes.</summary>
/// <remarks>ONNX Runtime operator <c>com.microsoft.QLinearSigmoid</c>, version 1; inputs as <see cref="QLinearUnaryOperator"/>; output as X.</remarks>
internal sealed class QLinearSigmoid : QLinearUnaryOperator
{
    private static readonly Sigmoid s_standard = new();

    public override string Name => "QLinearSigmoid";

    protected override Tensor Compute(EvaluationContext context, Tensor real) => Run(s_standard, context.Node, real);
}
