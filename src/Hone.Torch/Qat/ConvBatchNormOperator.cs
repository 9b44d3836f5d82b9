using Hone.Graphs;
using Hone.Operators;

namespace Hone.Torch.Qat;

/// <summary>A convolution and the batch normalization behind it: inputs x, weight, bias (may be left out), gamma, beta, mean, variance.</summary>
internal sealed class ConvBatchNormOperator : Operator
{
    internal const string OperatorName = "ConvBatchNorm";

    public override string Name => OperatorName;

    public override string Domain => QatOperators.Domain;

    public override (int Minimum, int Maximum) InputCount => (7, 7);

    /// <summary>The rank and the channels are enough while training; sizes follow from the tensors.</summary>
    public override void InferTypes(InferenceContext context)
    {
        if (context.Shape(0) is not { } x || context.Shape(1) is not { } weight)
        {
            context.SetOutput(0, context.DataType(0), null);
            return;
        }

        Dimension[] shape = new Dimension[x.Rank];
        shape[0] = x[0];
        shape[1] = weight[0];
        context.SetOutput(0, context.DataType(0), new SymbolicShape(shape));
    }

    public override void Evaluate(EvaluationContext context) => throw context.Error("a graph in training for quantization runs only inside its module.");
}
