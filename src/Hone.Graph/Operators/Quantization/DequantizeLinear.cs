using Hone.Graphs;
using Hone.Numerics;
using Hone.Tensors;

namespace Hone.Operators.Quantization;

/// <summary>Turns codes into real numbers: <c>(x - zero_point) · scale</c>.</summary>
/// <remarks>
/// ONNX operator <c>DequantizeLinear</c>, opset 13 (21 adds blocks, 4- and 16-bit types, 23 <c>output_dtype</c>). Inputs x
/// (an integer of 4, 8 or 16 bits, or int32 without zero point), x_scale, optional x_zero_point; shapes as <see cref="QuantizeLinear"/>; output of
/// x's shape and x_scale's type, or <c>output_dtype</c>. Attributes <c>axis</c> (1), <c>block_size</c> (0), <c>output_dtype</c> (0). The product is made in
/// float32 and rounded once.
/// </remarks>
internal sealed class DequantizeLinear : Operator
{
    public override string Name => "DequantizeLinear";

    public override int SinceVersion => 13;

    public override (int Minimum, int Maximum) InputCount => (2, 3);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireType("x", context.DataType(0), [.. CodeTypes.All, DataType.Int32]);
        node.RequireType("x_scale", context.DataType(1), DataType.Float32, DataType.Float16, DataType.BFloat16);
        if (context.HasInput(2))
            node.RequireType("x_zero_point", context.DataType(2), context.DataType(0));
        QuantizationLayout.Check(node, context.Shape(0), context.Shape(1), context.Shape(2));
        context.SetOutput(0, OutputType(node, context.DataType(1)), context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor x, Tensor scale, Tensor? zeroPoint) = (context.Node, context.Input(0), context.Input(1), context.OptionalInput(2));
        QuantizationLayout layout = new(node, x.Shape, scale.Shape);
        ReadOnlySpan<int> codes = TensorConversion.Widen<int>(x);
        ReadOnlySpan<float> scales = TensorConversion.Widen<float>(scale);
        ReadOnlySpan<int> zeroPoints = zeroPoint is null ? new int[scales.Length] : TensorConversion.Widen<int>(zeroPoint);
        float[] output = new float[codes.Length];
        for (int i = 0; i < output.Length; i++)
        {
            int parameter = layout.ParameterOf(i);
            output[i] = AffineQuantization.Dequantize(codes[i], scales[parameter], zeroPoints[parameter]);
        }

        context.SetOutput(0, TensorConversion.Narrow<float>(output, OutputType(node, scale.DataType), x.Shape));
    }

    private static DataType OutputType(Node node, DataType scale)
    {
        DataType wanted = node.Attributes.GetDataType("output_dtype", DataType.Undefined);
        if (wanted == DataType.Undefined)
            return scale;
        node.RequireType("the output", wanted, DataType.Float32, DataType.Float16, DataType.BFloat16);
        return wanted;
    }
}
