using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.LinearAlgebra;

/// <summary>The codes of quantized matrices, and parameters that differ by row or column.</summary>
internal static class MatrixCodes
{
    /// <summary>The codes of a left operand <c>[..., M, K]</c> with their zero point subtracted.</summary>
    /// <param name="node">For errors.</param>
    /// <param name="codes">8-bit codes.</param>
    /// <param name="zeroPoint">Null (0), one element, <c>[M]</c> or <c>[..., M, 1]</c>.</param>
    public static int[] CenteredRows(Node node, Tensor codes, Tensor? zeroPoint)
    {
        int[] result = TensorConversion.Widen<int>(codes).ToArray();
        if (zeroPoint is null)
            return result;
        ReadOnlySpan<int> zeroPoints = TensorConversion.Widen<int>(zeroPoint);
        int depth = (int)codes.Shape[-1];
        for (int i = 0; i < result.Length; i++)
            result[i] -= zeroPoints[RowParameter(node, zeroPoints.Length, codes.Shape, i / depth)];
        return result;
    }

    /// <summary>The codes of a right operand <c>[..., K, N]</c> with their zero point subtracted.</summary>
    /// <param name="node">For errors.</param>
    /// <param name="codes">8-bit codes.</param>
    /// <param name="zeroPoint">Null (0), one element, <c>[N]</c> or <c>[..., 1, N]</c>.</param>
    public static int[] CenteredColumns(Node node, Tensor codes, Tensor? zeroPoint)
    {
        int[] result = TensorConversion.Widen<int>(codes).ToArray();
        if (zeroPoint is null)
            return result;
        ReadOnlySpan<int> zeroPoints = TensorConversion.Widen<int>(zeroPoint);
        int columns = codes.Shape.Rank == 1 ? 1 : (int)codes.Shape[-1];
        int matrix = columns * (int)codes.Shape[codes.Shape.Rank == 1 ? 0 : -2];
        for (int i = 0; i < result.Length; i++)
            result[i] -= zeroPoints[ColumnParameter(node, zeroPoints.Length, codes.Shape, i / matrix, i % columns)];
        return result;
    }

    /// <summary>Which of <paramref name="count"/> parameters belongs to a row, counted over all matrices.</summary>
    public static int RowParameter(Node node, int count, TensorShape matrices, int row)
    {
        if (count == 1)
            return 0;
        long rows = matrices.Rank == 1 ? 1 : matrices[-2];
        if (count == rows)
            return row % count;
        return count == matrices.ElementCountOf(0, matrices.Rank - 1) ? row : throw node.Error($"{count} scales or zero points do not fit the rows of {matrices}.");
    }

    /// <summary>Which of <paramref name="count"/> parameters belongs to a column of a matrix.</summary>
    public static int ColumnParameter(Node node, int count, TensorShape matrices, int matrix, int column)
    {
        if (count == 1)
            return 0;
        long columns = matrices.Rank == 1 ? 1 : matrices[-1];
        if (count == columns)
            return column;
        bool perMatrix = matrices.Rank > 2 && count == matrices.ElementCountOf(0, matrices.Rank - 2) * columns;
        return perMatrix ? matrix * (int)columns + column : throw node.Error($"{count} scales or zero points do not fit the columns of {matrices}.");
    }
}
