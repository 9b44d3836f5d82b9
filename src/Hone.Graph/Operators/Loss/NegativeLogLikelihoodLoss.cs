using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Loss;

/// <summary>The negative log-likelihood of target classes.</summary>
/// <remarks>
/// ONNX operator <c>NegativeLogLikelihoodLoss</c>, opset 12 (22 adds bfloat16). Inputs log-probabilities <c>[N, C, d1, ..]</c> floating-point, target int32 or
/// int64 <c>[N, d1, ..]</c>, optional weight <c>[C]</c>; output a scalar, or <c>[N, d1, ..]</c> with <c>reduction</c> none. Attributes <c>ignore_index</c> (no
/// class), <c>reduction</c> (mean, over the weights; or sum, none). Computes in float64.
/// </remarks>
internal sealed class NegativeLogLikelihoodLoss : Operator
{
    public override string Name => "NegativeLogLikelihoodLoss";

    public override int SinceVersion => 12;

    public override (int Minimum, int Maximum) InputCount => (2, 3);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("the input", context.DataType(0));
        context.Node.RequireType("the target", context.DataType(1), DataType.Int32, DataType.Int64);
        context.SetOutput(0, context.DataType(0), LossRules.InferShape(context.Node, context.Shape(0), context.Shape(1), context.Shape(2)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Tensor x, Tensor? weight) = (context.Input(0), context.OptionalInput(2));
        LossRules.InferShape(context.Node, new(x.Shape), new(context.Input(1).Shape), weight is null ? null : new SymbolicShape(weight.Shape));
        context.SetOutput(0, LossRules.Compute(context, TensorConversion.Widen<double>(x).ToArray(), x.Shape, x.DataType));
    }
}
