using Hone.Graphs;
using Hone.Numerics;
using Hone.Tensors;

namespace Hone.Operators.Quantization;

/// <summary>Turns real numbers into codes: <c>saturate(round(x / scale) + zero_point)</c>.</summary>
/// <remarks>
/// ONNX operator <c>QuantizeLinear</c>, opset 13 (21 adds blocks, 4- and 16-bit types and <c>output_dtype</c>, 23
/// <c>precision</c>). Inputs x (floating-point or int32), y_scale, optional y_zero_point of y_scale's shape, both a scalar, <c>[D_axis]</c>, or with
/// <c>block_size</c> of x's rank with a block per entry of <c>axis</c>; output of x's shape and y_zero_point's type, else <c>output_dtype</c>, else uint8.
/// Attributes <c>axis</c> (1), <c>block_size</c> (0), <c>output_dtype</c> (0), <c>precision</c> (0: the scale's type). See <see cref="AffineQuantization"/>.
/// </remarks>
internal sealed class QuantizeLinear : Operator
{
    public override string Name => "QuantizeLinear";

    public override int SinceVersion => 13;

    public override (int Minimum, int Maximum) InputCount => (2, 3);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireType("x", context.DataType(0), DataType.Float32, DataType.Float16, DataType.BFloat16, DataType.Int32);
        node.RequireType("y_scale", context.DataType(1), DataType.Float32, DataType.Float16, DataType.BFloat16, DataType.Int32);
        QuantizationLayout.Check(node, context.Shape(0), context.Shape(1), context.Shape(2));
        context.SetOutput(0, OutputType(node, context.HasInput(2) ? context.DataType(2) : null), context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor x, Tensor scale, Tensor? zeroPoint) = (context.Node, context.Input(0), context.Input(1), context.OptionalInput(2));
        QuantizationLayout layout = new(node, x.Shape, scale.Shape);
        DataType type = OutputType(node, zeroPoint?.DataType);
        DataType precision = node.Attributes.GetDataType("precision", DataType.Undefined);
        if (precision == DataType.Undefined)
            precision = scale.DataType;
        (int minimum, int maximum) = CodeTypes.Range(type);
        ReadOnlySpan<float> values = TensorConversion.Widen<float>(x);
        ReadOnlySpan<float> scales = TensorConversion.Widen<float>(scale);
        ReadOnlySpan<int> zeroPoints = zeroPoint is null ? new int[scales.Length] : TensorConversion.Widen<int>(zeroPoint);
        int[] codes = new int[values.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            int parameter = layout.ParameterOf(i);
            float quotient = Round(values[i] / scales[parameter], precision);
            codes[i] = AffineQuantization.Saturate(quotient, zeroPoints[parameter], minimum, maximum);
        }

        context.SetOutput(0, TensorConversion.Narrow<int>(codes, type, x.Shape));
    }

    /// <summary>The quotient in the precision that the node divides in; dividing in float32 first is exact enough for the half types.</summary>
    private static float Round(float quotient, DataType precision) => precision switch
    {
        DataType.Float16 => (float)(Half)quotient,
        DataType.BFloat16 => (BFloat16)quotient,
        _ => quotient,
    };

    private static DataType OutputType(Node node, DataType? zeroPoint)
    {
        DataType wanted = node.Attributes.GetDataType("output_dtype", DataType.Undefined);
        if (zeroPoint is { } given && given != DataType.Undefined && wanted != DataType.Undefined && given != wanted)
            throw node.Error($"output_dtype is {wanted.DisplayName()}, but y_zero_point is {given.DisplayName()}.");
        DataType type = zeroPoint ?? (wanted == DataType.Undefined ? DataType.UInt8 : wanted);
        node.RequireType("the output", type, CodeTypes.All);
        return type;
    }
}
