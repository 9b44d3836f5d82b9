using Hone.Graphs;
using Hone.Operators.Elementwise;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>A function of two tensors of codes, broadcast to one shape: dequantize, compute in float32, quantize.</summary>
/// <remarks>
/// Inputs A, A_scale, optional A_zero_point, B, B_scale, optional B_zero_point, C_scale, optional C_zero_point; A and B are both uint8 or both
/// int8; scales and zero points have one element; output C of their type.
/// </remarks>
internal abstract class QLinearBinaryOperator : MicrosoftOperator
{
    public override (int Minimum, int Maximum) InputCount => (7, 8);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireType("A", context.DataType(0), DataType.UInt8, DataType.Int8);
        context.SetOutput(0, context.CommonDataType(0, 2, 3, 5, 7), context.BroadcastShape(0, 3));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Tensor a, Tensor b) = (context.Input(0), context.Input(3));
        using Tensor left = TensorParameters.Read(context, 1, 2, a.DataType).Dequantize(a);
        using Tensor right = TensorParameters.Read(context, 4, 5, b.DataType).Dequantize(b);
        SymbolicShape shape = SymbolicShape.Broadcast(new SymbolicShape(a.Shape), new SymbolicShape(b.Shape));
        using Tensor result = new(DataType.Float32, context.Node.Concrete(shape, DataType.Float32));
        Broadcasting.Apply<float, float, float>(result.Shape, left.AsSpan<float>(), left.Shape, right.AsSpan<float>(), right.Shape, result.AsSpan<float>(), Compute);
        context.SetOutput(0, TensorParameters.Read(context, 6, 7, a.DataType).Quantize(result));
    }

    /// <summary>The function on float32.</summary>
    protected abstract float Compute(float left, float right);
}
