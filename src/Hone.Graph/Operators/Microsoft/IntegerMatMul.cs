using Hone.Graphs;
using Hone.Operators.LinearAlgebra;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>A product of matrices of codes that is scaled to float32: <c>float(sum) · (leftScale · rightScale) + bias</c>.</summary>
internal static class IntegerMatMul
{
    /// <summary>Computes the product.</summary>
    /// <param name="node">For errors.</param>
    /// <param name="product">The sizes.</param>
    /// <param name="left">Codes <c>[.., M, K]</c> with their zero point subtracted.</param>
    /// <param name="leftScale">Scale of the left codes.</param>
    /// <param name="right">Codes <c>[.., K, N]</c>.</param>
    /// <param name="rightScale">One element or <c>[N]</c>.</param>
    /// <param name="rightZeroPoint">Null (0), one element or <c>[N]</c>.</param>
    /// <param name="bias"><c>[N]</c> or null.</param>
    public static Tensor Compute(Node node, MatMulSum product, int[] left, float leftScale, Tensor right, Tensor rightScale, Tensor? rightZeroPoint, Tensor? bias)
    {
        int[] sums = product.Compute<int>(left, MatrixCodes.CenteredColumns(node, right, rightZeroPoint));
        float[] output = new float[sums.Length];
        ReadOnlySpan<float> scales = TensorConversion.Widen<float>(rightScale);
        ReadOnlySpan<float> addends = bias is null ? [] : TensorConversion.Widen<float>(bias);
        if (addends.Length > 0 && addends.Length != product.Columns)
            throw node.Error($"a bias {bias} does not fit {product.Columns} columns.");
        for (int i = 0; i < output.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, product.Columns);
            int matrix = product.RightMatrices[row / product.Rows];
            float scale = leftScale * scales[MatrixCodes.ColumnParameter(node, scales.Length, right.Shape, matrix, column)];
            output[i] = sums[i] * scale + (addends.IsEmpty ? 0 : addends[column]);
        }

        return TensorConversion.Narrow<float>(output, DataType.Float32, product.OutputShape);
    }
}
