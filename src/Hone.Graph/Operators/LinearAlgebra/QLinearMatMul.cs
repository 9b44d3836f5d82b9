using Hone.Graphs;
using Hone.Numerics;
using Hone.Operators.Quantization;
using Hone.Tensors;

namespace Hone.Operators.LinearAlgebra;

/// <summary>A matrix product from codes to codes.</summary>
/// <remarks>
/// ONNX operator <c>QLinearMatMul</c>, opset 10 (21 adds half-type scales). Inputs a <c>[..., M, K]</c>, a_scale and a_zero_point (scalar or one
/// per row), b <c>[..., K, N]</c>, b_scale and b_zero_point (scalar or one per column), y_scale and y_zero_point (scalar or one per row); codes are
/// uint8 or int8; output <c>[..., M, N]</c> of y_zero_point's type. Products are summed in int32 and requantized by
/// <see cref="AffineQuantization.Requantize"/>.
/// </remarks>
internal sealed class QLinearMatMul : Operator
{
    public override string Name => "QLinearMatMul";

    public override int SinceVersion => 10;

    public override (int Minimum, int Maximum) InputCount => (8, 8);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireType("a", context.DataType(0), DataType.UInt8, DataType.Int8);
        node.RequireType("b", context.DataType(3), DataType.UInt8, DataType.Int8);
        node.RequireType("y_zero_point", context.DataType(7), DataType.UInt8, DataType.Int8);
        context.SetOutput(0, context.DataType(7), MatMulRules.InferShape(node, context.Shape(0), context.Shape(3)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor a, Tensor b, Tensor zeroPoint) = (context.Node, context.Input(0), context.Input(3), context.Input(7));
        MatMulSum product = new(node, a.Shape, b.Shape, DataType.Int32);
        int[] sums = product.Compute<int>(
            MatrixCodes.CenteredRows(node, a, context.Input(2)),
            MatrixCodes.CenteredColumns(node, b, context.Input(5)));

        ReadOnlySpan<float> leftScales = TensorConversion.Widen<float>(context.Input(1));
        ReadOnlySpan<float> rightScales = TensorConversion.Widen<float>(context.Input(4));
        ReadOnlySpan<float> outputScales = TensorConversion.Widen<float>(context.Input(6));
        ReadOnlySpan<int> outputZeroPoints = TensorConversion.Widen<int>(zeroPoint);
        (int minimum, int maximum) = CodeTypes.Range(zeroPoint.DataType);
        TensorShape rows = product.OutputShape.Rank == 0 ? new TensorShape(1, 1) : product.OutputShape;
        for (int i = 0; i < sums.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, product.Columns);
            (int matrix, int rowInMatrix) = Math.DivRem(row, product.Rows);
            int leftRow = product.LeftMatrices[matrix] * product.Rows + rowInMatrix;
            float multiplier = AffineQuantization.Multiplier(
                leftScales[MatrixCodes.RowParameter(node, leftScales.Length, a.Shape, leftRow)],
                rightScales[MatrixCodes.ColumnParameter(node, rightScales.Length, b.Shape, product.RightMatrices[matrix], column)],
                outputScales[MatrixCodes.RowParameter(node, outputScales.Length, rows, row)]);
            int outputZeroPoint = outputZeroPoints[MatrixCodes.RowParameter(node, outputZeroPoints.Length, rows, row)];
            sums[i] = AffineQuantization.Requantize(sums[i], multiplier, outputZeroPoint, minimum, maximum);
        }

        context.SetOutput(0, TensorConversion.Narrow<int>(sums, zeroPoint.DataType, product.OutputShape));
    }
}
