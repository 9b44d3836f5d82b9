using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Passes;

/// <summary>
/// Moves a Mul or Div with a constant, one number or one per column, into the right factor of the MatMul or Gemm in front of it, and an Add or Sub
/// into the bias of the Gemm.
/// </summary>
/// <remarks>Computed in float64; outputs agree within rounding. Left alone where others read the product.</remarks>
internal sealed class FoldScaleIntoMatMul : RewriteRule
{
    public override string Name => "fold scale into matmul";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (ChannelAffine.Operands(node) is not var (operand, constant) || MatrixWeights.Behind(graph, operand) is not { } matrix)
            return null;
        // A constant of higher rank than the product would make the result larger.
        if (operand.Shape is not { Rank: > 0 } shape || FloatConstants.ReadPerChannel(constant, shape.Rank, shape.Rank - 1, matrix.Columns) is not { } numbers)
            return null;
        (double[]? scale, double[]? shift) = ChannelAffine.Of(node, numbers);
        if (shift is not null && !matrix.TakesShift)
            return null;
        GraphPatch patch = new(graph, Name);
        patch.Replace(node.Output, matrix.Rescaled(patch, scale, shift));
        return patch;
    }
}
