using Hone.Graphs;
using Hone.Operators.Quantization;
using Hone.Tensors;

namespace Hone.Operators.Convolution;

/// <summary>A convolution of 8-bit codes with their zero points subtracted, summed in int32.</summary>
/// <remarks>
/// ONNX operator <c>ConvInteger</c>, opset 10. Inputs x <c>[N, C, ..]</c> uint8 or int8, w <c>[M, C / group, ..]</c> uint8 or int8, optional
/// x_zero_point (scalar), w_zero_point (scalar or <c>[M]</c>); output int32 <c>[N, M, ..]</c>. Padding has the code x_zero_point. Attributes as <see cref="Conv"/>.
/// </remarks>
internal sealed class ConvInteger : Operator
{
    public override string Name => "ConvInteger";

    public override int SinceVersion => 10;

    public override (int Minimum, int Maximum) InputCount => (2, 4);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireType("the input", context.DataType(0), DataType.UInt8, DataType.Int8);
        node.RequireType("the weight", context.DataType(1), DataType.UInt8, DataType.Int8);
        context.SetOutput(0, DataType.Int32, ConvolutionRules.InferShape(node, context.Shape(0), context.Shape(1), null));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Tensor x, Tensor w) = (context.Input(0), context.Input(1));
        ConvolutionSum convolution = new(context.Node, x.Shape, w.Shape, null, DataType.Int32);
        int[] output = convolution.Compute<int>(
            CodeArrays.Centered(context.Node, x, context.OptionalInput(2), 0),
            CodeArrays.Centered(context.Node, w, context.OptionalInput(3), 0),
            []);
        context.SetOutput(0, TensorConversion.Narrow<int>(output, DataType.Int32, convolution.OutputShape));
    }
}
