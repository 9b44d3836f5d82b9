using Hone.Graphs;
using Hone.Operators.LinearAlgebra;
using Hone.Operators.Quantization;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>A product of matrices of 8-bit codes, summed in int32 and scaled to float32.</summary>
/// <remarks>
/// ONNX Runtime operator <c>com.microsoft.MatMulIntegerToFloat</c>, version 1. Inputs A <c>[.., M, K]</c>, B <c>[.., K, N]</c>, each uint8 or int8, a_scale
/// (one element), b_scale (one element or <c>[N]</c>), optional a_zero_point, b_zero_point of the scales' shapes, bias <c>[N]</c>; output float32
/// <c>[.., M, N]</c>.
/// </remarks>
internal sealed class MatMulIntegerToFloat : MicrosoftOperator
{
    public override string Name => "MatMulIntegerToFloat";

    public override (int Minimum, int Maximum) InputCount => (4, 7);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireType("A", context.DataType(0), DataType.UInt8, DataType.Int8);
        node.RequireType("B", context.DataType(1), DataType.UInt8, DataType.Int8);
        node.RequireType("a_scale", context.DataType(2), DataType.Float32);
        context.SetOutput(0, DataType.Float32, MatMulRules.InferShape(node, context.Shape(0), context.Shape(1)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor a, Tensor b) = (context.Node, context.Input(0), context.Input(1));
        MatMulSum product = new(node, a.Shape, b.Shape, DataType.Float32);
        int[] left = MatrixCodes.CenteredRows(node, a, context.OptionalInput(4));
        float scale = CodeArrays.Single(node, context.Input(2));
        context.SetOutput(0, IntegerMatMul.Compute(node, product, left, scale, b, context.Input(3), context.OptionalInput(5), context.OptionalInput(6)));
    }
}
