using Hone.Graphs;
using Hone.Numerics;
using Hone.Tensors;

namespace Hone.Operators.Quantization;

/// <summary>Quantizes to uint8 with the scale and zero point of the input's own range.</summary>
/// <remarks>
/// ONNX operator <c>DynamicQuantizeLinear</c>, opset 11. Input x float32; outputs y uint8 of x's shape, y_scale float32 and y_zero_point uint8,
/// both scalars. See <see cref="AffineQuantization.DynamicParameters"/>.
/// </remarks>
internal sealed class DynamicQuantizeLinear : Operator
{
    public override string Name => "DynamicQuantizeLinear";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override (int Minimum, int Maximum) OutputCount => (3, 3);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireType("x", context.DataType(0), DataType.Float32);
        context.SetOutput(0, DataType.UInt8, context.Shape(0));
        context.SetOutput(1, DataType.Float32, SymbolicShape.Scalar);
        context.SetOutput(2, DataType.UInt8, SymbolicShape.Scalar);
    }

    public override void Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        byte[] codes = DynamicQuantization.Quantize(x.AsSpan<float>(), out float scale, out byte zeroPoint);
        context.SetOutput(0, Tensor.Create(codes, x.Shape.Dimensions));
        context.SetOutput(1, Tensor.Scalar(scale));
        context.SetOutput(2, Tensor.Scalar(zeroPoint));
    }
}
