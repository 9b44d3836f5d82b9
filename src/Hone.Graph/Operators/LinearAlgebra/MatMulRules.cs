using Hone.Graphs;

namespace Hone.Operators.LinearAlgebra;

/// <summary>The shape rules that the matrix products share: NumPy's <c>matmul</c>.</summary>
internal static class MatMulRules
{
    /// <summary>The output shape. Inputs <c>[..., M, K]</c> and <c>[..., K, N]</c>, leading axes broadcast; one axis alone is K.</summary>
    public static SymbolicShape? InferShape(Node node, SymbolicShape? left, SymbolicShape? right)
    {
        node.RequireRank("A", left, 1);
        node.RequireRank("B", right, 1);
        if (left is null || right is null)
            return null;
        node.Same("the last axis of A and the last but one of B", left[-1], right.Rank == 1 ? right[0] : right[-2]);
        List<Dimension> output = [.. SymbolicShape.Broadcast(Leading(left), Leading(right))];
        if (left.Rank > 1)
            output.Add(left[-2]);
        if (right.Rank > 1)
            output.Add(right[-1]);
        return new SymbolicShape(output.ToArray());
    }

    private static SymbolicShape Leading(SymbolicShape shape) => new(shape.Dimensions[..Math.Max(shape.Rank - 2, 0)]);
}
