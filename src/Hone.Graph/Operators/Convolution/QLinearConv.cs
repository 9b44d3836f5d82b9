using Hone.Graphs;
using Hone.Numerics;
using Hone.Operators.Quantization;
using Hone.Tensors;

namespace Hone.Operators.Convolution;

/// <summary>A convolution from codes to codes.</summary>
/// <remarks>
/// ONNX operator <c>QLinearConv</c>, opset 10. Inputs x <c>[N, C, ..]</c>, x_scale, x_zero_point, w <c>[M, C / group, ..]</c>, w_scale and w_zero_point
/// (scalar or <c>[M]</c>), y_scale, y_zero_point, optional B int32 <c>[M]</c> of scale x_scale · w_scale; codes are uint8 or int8; output
/// <c>[N, M, ..]</c> of y_zero_point's type. Products are summed in int32 and requantized by <see cref="AffineQuantization.Requantize"/>. Attributes as <see cref="Conv"/>.
/// </remarks>
internal sealed class QLinearConv : Operator
{
    public override string Name => "QLinearConv";

    public override int SinceVersion => 10;

    public override (int Minimum, int Maximum) InputCount => (8, 9);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireType("x", context.DataType(0), DataType.UInt8, DataType.Int8);
        node.RequireType("w", context.DataType(3), DataType.UInt8, DataType.Int8);
        node.RequireType("y_zero_point", context.DataType(7), DataType.UInt8, DataType.Int8);
        node.RequireType("B", context.DataType(8), DataType.Int32);
        context.SetOutput(0, context.DataType(7), ConvolutionRules.InferShape(node, context.Shape(0), context.Shape(3), context.Shape(8)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor x, Tensor w, Tensor? bias) = (context.Node, context.Input(0), context.Input(3), context.OptionalInput(8));
        ConvolutionSum convolution = new(node, x.Shape, w.Shape, bias?.Shape, DataType.Int32);
        int[] sums = convolution.Compute<int>(
            CodeArrays.Centered(node, x, context.Input(2), 0),
            CodeArrays.Centered(node, w, context.Input(5), 0),
            bias is null ? [] : bias.AsSpan<int>());

        float inputScale = CodeArrays.Single(node, context.Input(1));
        float outputScale = CodeArrays.Single(node, context.Input(6));
        ReadOnlySpan<float> weightScales = TensorConversion.Widen<float>(context.Input(4));
        int channels = (int)w.Shape[0];
        if (weightScales.Length != 1 && weightScales.Length != channels)
            throw node.Error($"w_scale {context.Input(4)} must have one element or one for each of {channels} channels.");
        Tensor zeroPoint = context.Input(7);
        (int minimum, int maximum) = CodeTypes.Range(zeroPoint.DataType);
        int outputZeroPoint = TensorConversion.Widen<int>(zeroPoint)[0];
        for (int i = 0; i < sums.Length; i++)
        {
            int channel = i / convolution.PlaneSize % channels;
            float multiplier = AffineQuantization.Multiplier(inputScale, weightScales[weightScales.Length == 1 ? 0 : channel], outputScale);
            sums[i] = AffineQuantization.Requantize(sums[i], multiplier, outputZeroPoint, minimum, maximum);
        }

        context.SetOutput(0, TensorConversion.Narrow<int>(sums, zeroPoint.DataType, convolution.OutputShape));
    }
}
