using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Passes;

/// <summary>Moves a BatchNormalization into the Conv, ConvTranspose or Gemm in front of it.</summary>
/// <remarks>
/// With s = scale / sqrt(var + epsilon) the weights become s · w and the bias s · (bias - mean) + B, computed in float64; outputs agree within rounding.
/// Left alone are normalizations in training mode, with statistics that are not constant, and of results that others read as well.
/// </remarks>
internal sealed class FoldBatchNormalization : RewriteRule
{
    public override string Name => "fold batch normalization";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("BatchNormalization") || node.Attributes.GetBool("training_mode") || node.Outputs.Count != 1)
            return null;
        double[]?[] parameters = [.. Enumerable.Range(1, 4).Select(i => FloatConstants.Read(node.Input(i)))];
        if (parameters is not [{ } gamma, { } beta, { } mean, { } variance])
            return null;
        double epsilon = node.Attributes.GetFloat("epsilon", 1e-5f);
        double[] scale = new double[gamma.Length];
        double[] shift = new double[gamma.Length];
        for (int c = 0; c < scale.Length; c++)
        {
            scale[c] = gamma[c] / Math.Sqrt(variance[c] + epsilon);
            shift[c] = beta[c] - (mean[c] * scale[c]);
        }

        GraphPatch patch = new(graph, Name);
        if (ConvWeights.Behind(graph, node.Input(0)) is { } conv && conv.Channels == scale.Length)
            patch.Replace(node.Output, conv.Rescaled(patch, scale, shift));
        else if (MatrixWeights.Behind(graph, node.Input(0)) is { TakesShift: true } matrix && matrix.Columns == scale.Length)
            patch.Replace(node.Output, matrix.Rescaled(patch, scale, shift));
        else
            return null;
        return patch;
    }
}
