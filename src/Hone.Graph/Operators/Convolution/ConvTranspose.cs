using System.Numerics;
using Hone.Graphs;
using Hone.Numerics;
using Hone.Operators.Windows;
using Hone.Tensors;

namespace Hone.Operators.Convolution;

/// <summary>The transpose of a convolution: every input element adds the kernel, scaled by it, to the output.</summary>
/// <remarks>
/// ONNX operator <c>ConvTranspose</c>, opset 11. Inputs X <c>[N, C, D1, ..]</c>, W <c>[C, M / group, k1, ..]</c>, optional B <c>[M]</c>, all of one
/// floating-point type; output <c>[N, M, ..]</c>, each spatial size <c>stride · (input - 1) + output_padding + (k - 1) · dilation + 1 - pads</c>, or
/// <c>output_shape</c>, from which pads follow then. Other attributes as <see cref="Conv"/>. Sums are made in the input's type, half types in float32.
/// </remarks>
internal sealed class ConvTranspose : Operator
{
    public override string Name => "ConvTranspose";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (2, 3);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireFloat("the input", context.DataType(0));
        node.RequireType("the weight", context.DataType(1), context.DataType(0));
        context.SetOutput(0, context.DataType(0), InferShape(node, context.Shape(0), context.Shape(1), context.Shape(2)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        if (context.Input(0).DataType == DataType.Float64)
            Evaluate<double>(context);
        else
            Evaluate<float>(context);
    }

    private static SymbolicShape? InferShape(Node node, SymbolicShape? input, SymbolicShape? weight, SymbolicShape? bias)
    {
        node.RequireRank("the input", input, 3);
        node.RequireRank("the weight", weight, 3);
        if (input is null || weight is null)
            return null;
        node.RequireRank("the weight", weight, input.Rank, input.Rank);
        Dimension channels = node.Same("the input channels and the weight's", input[1], weight[0]);
        long group = ConvolutionRules.Group(node);
        if (channels.IsFixed && channels.Value % group != 0)
            throw node.Error($"{channels} input channels do not divide into {group} groups.");
        Dimension[] output = new Dimension[input.Rank];
        output[0] = input[0];
        output[1] = weight[1] * group;
        node.RequireShape("the bias", bias, output[1]);
        if (ConvolutionRules.Kernel(node, weight) is not { } kernel)
            return new SymbolicShape(output);
        WindowAttributes window = WindowAttributes.Read(node, kernel);
        for (int axis = 0; axis < kernel.Length; axis++)
            output[axis + 2] = OutputSize(node, window, axis, input[axis + 2]);
        return new SymbolicShape(output);
    }

    private static Dimension OutputSize(Node node, WindowAttributes window, int axis, Dimension input)
    {
        if (input.IsFixed)
            return Resolve(node, window, axis, input.Value).Input;
        if (OutputShape(node, window, axis) is { } given)
            return given;
        return window.IsSame ? input * window.Stride(axis) : window.TransposedSize(axis, input, OutputPadding(node, window, axis));
    }

    private static WindowAxis Resolve(Node node, WindowAttributes window, int axis, long input) =>
        window.ResolveTransposed(axis, input, OutputPadding(node, window, axis), OutputShape(node, window, axis));

    private static long OutputPadding(Node node, WindowAttributes window, int axis)
    {
        long[] padding = node.Attributes.GetInts("output_padding") ?? new long[window.Rank];
        if (padding.Length != window.Rank || padding[axis] is < 0 or > int.MaxValue)
            throw node.Error($"output_padding [{string.Join(", ", padding)}] does not fit {window.Rank} spatial axes.");
        return padding[axis];
    }

    private static long? OutputShape(Node node, WindowAttributes window, int axis)
    {
        long[]? shape = node.Attributes.GetInts("output_shape");
        if (shape is null or [])
            return null;
        // Some exporters write batch and channels too.
        if (shape.Length != window.Rank && shape.Length != window.Rank + 2)
            throw node.Error($"output_shape [{string.Join(", ", shape)}] does not fit {window.Rank} spatial axes.");
        return shape[shape.Length - window.Rank + axis];
    }

    private static void Evaluate<T>(EvaluationContext context)
        where T : unmanaged, INumber<T>
    {
        (Node node, Tensor x, Tensor w, Tensor? bias) = (context.Node, context.Input(0), context.Input(1), context.OptionalInput(2));
        SymbolicShape weight = new(w.Shape);
        TensorShape shape = node.Concrete(InferShape(node, new SymbolicShape(x.Shape), weight, bias is null ? null : new SymbolicShape(bias.Shape))!, x.DataType);
        WindowAttributes attributes = WindowAttributes.Read(node, ConvolutionRules.Kernel(node, weight)!);
        SlidingWindow window = new([.. Enumerable.Range(0, attributes.Rank).Select(axis => Resolve(node, attributes, axis, x.Shape[axis + 2]))]);

        T[] output = new T[shape.ElementCount];
        ReadOnlySpan<T> addend = bias is null ? new T[shape[1]] : TensorConversion.Widen<T>(bias);
        for (int plane = 0; plane * window.InputCount < output.Length; plane++)
            output.AsSpan(plane * window.InputCount, window.InputCount).Fill(addend[plane % addend.Length]);
        if (output.Length > 0 && x.ElementCount > 0)
            AddProducts<T>(window, (int)ConvolutionRules.Group(node), x.Shape, TensorConversion.Widen<T>(x), TensorConversion.Widen<T>(w), (int)w.Shape[1], output);
        context.SetOutput(0, TensorConversion.Narrow<T>(output, x.DataType, shape));
    }

    /// <summary>Multiplies each input element by the kernel and adds the products to the places that the element's window covers in the output.</summary>
    private static void AddProducts<T>(
        SlidingWindow window, int group, TensorShape inputShape, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, int outputChannels, Span<T> output)
        where T : unmanaged, INumber<T>
    {
        int inputChannels = (int)inputShape[1] / group;
        int taps = window.TapCount;
        int rows = checked(outputChannels * taps);
        int[] places = new int[taps];
        T[] values = new T[inputChannels];
        T[] products = new T[rows];
        for (int image = 0; image < (int)inputShape[0] * group; image++)
        {
            ReadOnlySpan<T> planes = input.Slice(image * inputChannels * window.OutputCount, inputChannels * window.OutputCount);
            ReadOnlySpan<T> kernel = weight.Slice(image % group * inputChannels * rows, inputChannels * rows);
            for (int i = 0; i < window.OutputCount; i++)
            {
                for (int channel = 0; channel < inputChannels; channel++)
                    values[channel] = planes[channel * window.OutputCount + i];
                products.AsSpan().Clear();
                MatrixProduct.Add<T>(values, kernel, products, 1, inputChannels, rows);
                window.PlacesOf(i, places, 1);
                for (int row = 0; row < rows; row++)
                {
                    int place = places[row % taps];
                    if (place >= 0)
                        output[(image * outputChannels + row / taps) * window.InputCount + place] += products[row];
                }
            }
        }
    }
}
