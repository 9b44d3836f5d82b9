using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Passes;

/// <summary>Moves an Add, Sub, Mul or Div with a constant, one number or one per channel, into the Conv or ConvTranspose in front of it.</summary>
/// <remarks>Computed in float64; outputs agree within rounding. Left alone where others read the result of the convolution.</remarks>
internal sealed class FoldScaleIntoConv : RewriteRule
{
    public override string Name => "fold scale into conv";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (ChannelAffine.Operands(node) is not var (operand, constant) || ConvWeights.Behind(graph, operand) is not { } conv
            || FloatConstants.ReadPerChannel(constant, conv.Rank, 1, conv.Channels) is not { } numbers)
            return null;
        (double[]? scale, double[]? shift) = ChannelAffine.Of(node, numbers);
        GraphPatch patch = new(graph, Name);
        patch.Replace(node.Output, conv.Rescaled(patch, scale, shift));
        return patch;
    }
}
