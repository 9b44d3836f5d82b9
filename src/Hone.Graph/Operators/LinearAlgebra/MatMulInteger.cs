using Hone.Tensors;

namespace Hone.Operators.LinearAlgebra;

/// <summary>A matrix product of 8-bit codes with their zero points subtracted, summed in int32.</summary>
/// <remarks>
/// ONNX operator <c>MatMulInteger</c>, opset 10. Inputs A <c>[..., M, K]</c> and B <c>[..., K, N]</c>, each uint8 or int8; optional
/// a_zero_point (scalar, or one per row) and b_zero_point (scalar, or one per column); output int32 <c>[..., M, N]</c>.
/// </remarks>
internal sealed class MatMulInteger : Operator
{
    public override string Name => "MatMulInteger";

    public override int SinceVersion => 10;

    public override (int Minimum, int Maximum) InputCount => (2, 4);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireType("A", context.DataType(0), DataType.UInt8, DataType.Int8);
        context.Node.RequireType("B", context.DataType(1), DataType.UInt8, DataType.Int8);
        context.SetOutput(0, DataType.Int32, MatMulRules.InferShape(context.Node, context.Shape(0), context.Shape(1)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Tensor a, Tensor b) = (context.Input(0), context.Input(1));
        MatMulSum product = new(context.Node, a.Shape, b.Shape, DataType.Int32);
        int[] output = product.Compute<int>(
            MatrixCodes.CenteredRows(context.Node, a, context.OptionalInput(2)),
            MatrixCodes.CenteredColumns(context.Node, b, context.OptionalInput(3)));
        context.SetOutput(0, TensorConversion.Narrow<int>(output, DataType.Int32, product.OutputShape));
    }
}
