using System.Numerics;
using Hone.Tensors;

namespace Hone.Operators.LinearAlgebra;

/// <summary>The matrix product of NumPy's <c>matmul</c>.</summary>
/// <remarks>
/// ONNX operator <c>MatMul</c>, opset 9 (13 adds bfloat16). Inputs A <c>[..., M, K]</c> or <c>[K]</c>, B <c>[..., K, N]</c> or <c>[K]</c>
/// of one type: a floating-point one, or a 32- or 64-bit integer; leading axes broadcast; output <c>[..., M, N]</c>, without M or N where
/// its operand has one axis. Sums are made in the input's type, half types in float32; integers wrap around.
/// </remarks>
internal sealed class MatMul : Operator
{
    public override string Name => "MatMul";

    public override int SinceVersion => 9;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        MatrixTypes.Require(context.Node, "A", context.DataType(0));
        context.Node.RequireType("B", context.DataType(1), context.DataType(0));
        context.SetOutput(0, context.DataType(0), MatMulRules.InferShape(context.Node, context.Shape(0), context.Shape(1)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        switch (context.Input(0).DataType)
        {
            case DataType.Float64: Evaluate<double>(context); break;
            case DataType.Int32: Evaluate<int>(context); break;
            case DataType.Int64: Evaluate<long>(context); break;
            case DataType.UInt32: Evaluate<uint>(context); break;
            case DataType.UInt64: Evaluate<ulong>(context); break;
            default: Evaluate<float>(context); break;
        }
    }

    private static void Evaluate<T>(EvaluationContext context)
        where T : unmanaged, INumber<T>
    {
        (Tensor a, Tensor b) = (context.Input(0), context.Input(1));
        MatMulSum product = new(context.Node, a.Shape, b.Shape, a.DataType);
        T[] output = product.Compute(TensorConversion.Widen<T>(a), TensorConversion.Widen<T>(b));
        context.SetOutput(0, TensorConversion.Narrow<T>(output, a.DataType, product.OutputShape));
    }
}
