using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Loss;

/// <summary>The negative log-likelihood of target classes under the softmax of scores.</summary>
/// <remarks>
/// ONNX operator <c>SoftmaxCrossEntropyLoss</c>, opset 12 (13 adds bfloat16). Inputs scores <c>[N, C, d1, ..]</c> floating-point, target and weight as
/// <see cref="NegativeLogLikelihoodLoss"/>; outputs the loss and optionally the log-probabilities, as the scores. Attributes as
/// <see cref="NegativeLogLikelihoodLoss"/>. Computes in float64.
/// </remarks>
internal sealed class SoftmaxCrossEntropyLoss : Operator
{
    public override string Name => "SoftmaxCrossEntropyLoss";

    public override int SinceVersion => 12;

    public override (int Minimum, int Maximum) InputCount => (2, 3);

    public override (int Minimum, int Maximum) OutputCount => (1, 2);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("the scores", context.DataType(0));
        context.Node.RequireType("the target", context.DataType(1), DataType.Int32, DataType.Int64);
        context.SetOutput(0, context.DataType(0), LossRules.InferShape(context.Node, context.Shape(0), context.Shape(1), context.Shape(2)));
        context.SetOutput(1, context.DataType(0), context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Tensor x, Tensor? weight) = (context.Input(0), context.OptionalInput(2));
        LossRules.InferShape(context.Node, new(x.Shape), new(context.Input(1).Shape), weight is null ? null : new SymbolicShape(weight.Shape));
        double[] logProbabilities = LogSoftmax(TensorConversion.Widen<double>(x), x.Shape);
        context.SetOutput(0, LossRules.Compute(context, logProbabilities, x.Shape, x.DataType));
        if (context.WantsOutput(1))
            context.SetOutput(1, TensorConversion.Narrow<double>(logProbabilities, x.DataType, x.Shape));
    }

    /// <summary>The logarithm of the softmax along axis 1.</summary>
    private static double[] LogSoftmax(ReadOnlySpan<double> scores, TensorShape shape)
    {
        double[] result = scores.ToArray();
        int inner = (int)shape.ElementCountOf(2, shape.Rank);
        int block = result.Length == 0 ? 1 : (int)shape[1] * inner;
        for (int first = 0; first < result.Length; first++)
        {
            // The first class of each place.
            if (first % block >= inner)
                continue;
            double largest = double.NegativeInfinity;
            for (int i = first; i < first + block; i += inner)
                largest = Math.Max(largest, result[i]);
            double sum = 0;
            for (int i = first; i < first + block; i += inner)
                sum += Math.Exp(result[i] - largest);
            double shift = largest + Math.Log(sum);
            for (int i = first; i < first + block; i += inner)
                result[i] -= shift;
        }

        return result;
    }
}
