using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Loss;

/// <summary>What the losses of classification share.</summary>
internal static class LossRules
{
    /// <summary>Infers the loss: a scalar, or with <c>reduction</c> none <c>[N, d1, ..]</c>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="input">Scores or log-probabilities <c>[N, C, d1, ..]</c>.</param>
    /// <param name="target">Classes <c>[N, d1, ..]</c>.</param>
    /// <param name="weight">Weights of the classes <c>[C]</c>, or null.</param>
    public static SymbolicShape? InferShape(Node node, SymbolicShape? input, SymbolicShape? target, SymbolicShape? weight)
    {
        node.RequireRank("the input", input, 2);
        if (input is not null)
        {
            node.RequireShape("the target", target, [input[0], .. input.Dimensions[2..]]);
            node.RequireShape("the weight", weight, input[1]);
        }

        return Reduction(node) != "none" ? SymbolicShape.Scalar : target ?? (input is null ? null : new([input[0], .. input.Dimensions[2..]]));
    }

    /// <summary>The negative log-likelihood of the target classes, reduced as the node asks.</summary>
    /// <param name="context">Inputs target (1) and weight (2); attributes <c>ignore_index</c> and <c>reduction</c>.</param>
    /// <param name="logProbabilities"><c>[N, C, d1, ..]</c>.</param>
    /// <param name="shape">Shape of the log-probabilities.</param>
    /// <param name="dataType">Type of the loss.</param>
    public static Tensor Compute(EvaluationContext context, double[] logProbabilities, TensorShape shape, DataType dataType)
    {
        (Node node, Tensor target) = (context.Node, context.Input(1));
        long[] classes = target.ToInt64Array();
        ReadOnlySpan<double> weights = context.OptionalInput(2) is { } weight ? TensorConversion.Widen<double>(weight) : [];
        long? ignored = node.Attributes.Contains("ignore_index") ? node.Attributes.RequireInt("ignore_index") : null;
        int classCount = checked((int)shape[1]);
        int inner = checked((int)shape.ElementCountOf(2, shape.Rank));
        double[] losses = new double[classes.Length];
        double totalWeight = 0;
        for (int i = 0; i < classes.Length; i++)
        {
            if (classes[i] == ignored)
                continue;
            if (classes[i] < 0 || classes[i] >= classCount)
                throw node.Error($"the target holds {classes[i]}, which is not one of {classCount} classes.");
            double classWeight = weights.IsEmpty ? 1 : weights[(int)classes[i]];
            (int image, int place) = Math.DivRem(i, inner);
            losses[i] = -logProbabilities[(image * classCount + (int)classes[i]) * inner + place] * classWeight;
            totalWeight += classWeight;
        }

        return Reduction(node) switch
        {
            "none" => TensorConversion.Narrow<double>(losses, dataType, target.Shape),
            "sum" => TensorConversion.Narrow<double>([losses.Sum()], dataType, TensorShape.Scalar),
            _ => TensorConversion.Narrow<double>([losses.Sum() / totalWeight], dataType, TensorShape.Scalar),
        };
    }

    private static string Reduction(Node node)
    {
        string reduction = node.Attributes.GetString("reduction", "mean");
        return reduction is "none" or "sum" or "mean" ? reduction : throw node.Error($"reduction '{reduction}' is not one of none, sum, mean.");
    }
}
