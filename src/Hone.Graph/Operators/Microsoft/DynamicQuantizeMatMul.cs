using Hone.Graphs;
using Hone.Operators.LinearAlgebra;
using Hone.Operators.Quantization;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>A matrix product whose left operand is quantized to uint8 by its own range, and whose right one holds codes.</summary>
/// <remarks>
/// ONNX Runtime operator <c>com.microsoft.DynamicQuantizeMatMul</c>, version 1. Inputs A float32 <c>[.., M, K]</c>, B uint8 or int8 <c>[.., K, N]</c>, b_scale (one
/// element or <c>[N]</c>), optional b_zero_point of b_scale's shape, bias float32 <c>[N]</c>; output float32 <c>[.., M, N]</c>. A is quantized as
/// <see cref="DynamicQuantizeLinear"/> does.
/// </remarks>
internal sealed class DynamicQuantizeMatMul : MicrosoftOperator
{
    public override string Name => "DynamicQuantizeMatMul";

    public override (int Minimum, int Maximum) InputCount => (3, 5);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireType("A", context.DataType(0), DataType.Float32);
        node.RequireType("B", context.DataType(1), DataType.UInt8, DataType.Int8);
        node.RequireType("b_scale", context.DataType(2), DataType.Float32);
        context.SetOutput(0, DataType.Float32, MatMulRules.InferShape(node, context.Shape(0), context.Shape(1)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor a, Tensor b) = (context.Node, context.Input(0), context.Input(1));
        MatMulSum product = new(node, a.Shape, b.Shape, DataType.Float32);
        byte[] codes = DynamicQuantization.Quantize(a.AsSpan<float>(), out float scale, out byte zeroPoint);
        int[] left = Array.ConvertAll(codes, code => code - zeroPoint);
        context.SetOutput(0, IntegerMatMul.Compute(node, product, left, scale, b, context.Input(2), context.OptionalInput(3), context.OptionalInput(4)));
    }
}
