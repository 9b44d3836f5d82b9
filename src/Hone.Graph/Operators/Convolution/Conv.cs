using System.Numerics;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Convolution;

/// <summary>Slides a kernel over the spatial axes and sums the products with what it covers.</summary>
/// <remarks>
/// ONNX operator <c>Conv</c>, opset 11 (in 1 <c>auto_pad</c> means something else). Inputs X <c>[N, C, D1, ..]</c>, W <c>[M, C / group, k1, ..]</c>,
/// optional B <c>[M]</c>, all of one floating-point type; output <c>[N, M, ..]</c>. Attributes <c>auto_pad</c> (NOTSET), <c>dilations</c>
/// (1), <c>group</c> (1), <c>kernel_shape</c> (from W), <c>pads</c> (0), <c>strides</c> (1). Sums are made in the input's type, half types in float32.
/// </remarks>
internal sealed class Conv : Operator
{
    public override string Name => "Conv";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (2, 3);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireFloat("the input", context.DataType(0));
        node.RequireType("the weight", context.DataType(1), context.DataType(0));
        context.SetOutput(0, context.DataType(0), ConvolutionRules.InferShape(node, context.Shape(0), context.Shape(1), context.Shape(2)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        if (context.Input(0).DataType == DataType.Float64)
            Evaluate<double>(context);
        else
            Evaluate<float>(context);
    }

    private static void Evaluate<T>(EvaluationContext context)
        where T : unmanaged, INumber<T>
    {
        (Tensor x, Tensor w, Tensor? bias) = (context.Input(0), context.Input(1), context.OptionalInput(2));
        ConvolutionSum convolution = new(context.Node, x.Shape, w.Shape, bias?.Shape, x.DataType);
        T[] output = convolution.Compute(TensorConversion.Widen<T>(x), TensorConversion.Widen<T>(w), bias is null ? [] : TensorConversion.Widen<T>(bias));
        context.SetOutput(0, TensorConversion.Narrow<T>(output, x.DataType, convolution.OutputShape));
    }
}
