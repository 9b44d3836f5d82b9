using Hone.Graphs;
using Hone.Operators.Windows;
using Hone.Tensors;

namespace Hone.Operators.Convolution;

/// <summary>A convolution whose taps are moved by offsets, which differ from place to place, and weighted by a mask.</summary>
/// <remarks>
/// ONNX operator <c>DeformConv</c>, opset 19 (22 adds bfloat16). Inputs X <c>[N, C, D1, ..]</c>, W <c>[M, C / group, k1, ..]</c>, offset
/// <c>[N, offset_group · taps · axes, o1, ..]</c>, optional B <c>[M]</c> and mask <c>[N, offset_group · taps, o1, ..]</c>, all of one
/// floating-point type; output <c>[N, M, o1, ..]</c>. A tap between elements takes them by linear interpolation, 0 outside. Attributes as
/// <see cref="Conv"/> without <c>auto_pad</c>, and <c>offset_group</c> (1). Computes in float64.
/// </remarks>
internal sealed class DeformConv : Operator
{
    public override string Name => "DeformConv";

    public override int SinceVersion => 19;

    public override (int Minimum, int Maximum) InputCount => (3, 5);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireFloat("X", context.DataType(0));
        for (int input = 1; input < 5; input++)
            node.RequireType($"input {input}", context.DataType(input), context.DataType(0));
        context.SetOutput(0, context.DataType(0), InferShape(node, [.. Enumerable.Range(0, 5).Select(context.Shape)]));
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor x, Tensor w) = (context.Node, context.Input(0), context.Input(1));
        SymbolicShape?[] shapes = [.. Enumerable.Range(0, 5).Select(i => context.OptionalInput(i) is { } tensor ? new SymbolicShape(tensor.Shape) : null)];
        TensorShape shape = node.Concrete(InferShape(node, shapes)!, DataType.Float64);
        WindowAxis[] axes = WindowAttributes.Read(node, ConvolutionRules.Kernel(node, new SymbolicShape(w.Shape))!).Resolve(x.Shape.Dimensions[2..]);
        DeformedTaps taps = new(axes, (int)OffsetGroup(node), TensorConversion.Widen<double>(context.Input(2)).ToArray(), Optional(context, 4));
        ReadOnlySpan<double> input = TensorConversion.Widen<double>(x);
        ReadOnlySpan<double> weight = TensorConversion.Widen<double>(w);
        ReadOnlySpan<double> bias = Optional(context, 3);
        double[] output = new double[shape.ElementCount];
        int group = (int)ConvolutionRules.Group(node);
        (int channels, int outputChannels) = (checked((int)x.Shape[1]), checked((int)shape[1]));
        int channelsPerGroup = channels / group;
        int depth = checked(channelsPerGroup * taps.TapCount);
        double[] column = new double[checked(channels * taps.TapCount)];
        for (int i = 0; i < taps.PlaceCount && output.Length > 0; i++)
        {
            for (int image = 0; image < (int)x.Shape[0]; image++)
            {
                taps.Sample(input.Slice(image * channels * taps.PlaneSize, channels * taps.PlaneSize), channels, image, i, column);
                for (int channel = 0; channel < outputChannels; channel++)
                {
                    double sum = bias.IsEmpty ? 0 : bias[channel];
                    int first = channel / (outputChannels / group) * depth;
                    for (int k = 0; k < depth; k++)
                        sum += weight[channel * depth + k] * column[first + k];
                    output[(image * outputChannels + channel) * taps.PlaceCount + i] = sum;
                }
            }
        }

        context.SetOutput(0, TensorConversion.Narrow<double>(output, x.DataType, shape));
    }

    private static double[] Optional(EvaluationContext context, int index) =>
        context.OptionalInput(index) is { } tensor ? TensorConversion.Widen<double>(tensor).ToArray() : [];

    private static long OffsetGroup(Node node)
    {
        long groups = node.Attributes.GetInt("offset_group", 1);
        return groups is >= 1 and <= int.MaxValue ? groups : throw node.Error($"offset_group must be at least 1, got {groups}.");
    }

    private static SymbolicShape? InferShape(Node node, SymbolicShape?[] inputs)
    {
        SymbolicShape? output = ConvolutionRules.InferShape(node, inputs[0], inputs[1], inputs[3]);
        if (output is null || ConvolutionRules.Kernel(node, inputs[1]!) is not { } kernel)
            return output;
        long groups = OffsetGroup(node);
        if (inputs[0]![1].IsFixed && inputs[0]![1].Value % groups != 0)
            throw node.Error($"{inputs[0]![1]} input channels do not divide into {groups} offset groups.");
        long taps = kernel.Aggregate(groups, (a, b) => checked(a * b));
        node.RequireShape("the offset", inputs[2], [output[0], taps * kernel.Length, .. output.Dimensions[2..]]);
        node.RequireShape("the mask", inputs[4], [output[0], taps, .. output.Dimensions[2..]]);
        return output;
    }
}
