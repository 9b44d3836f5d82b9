using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Resamples a tensor along some axes to other lengths.</summary>
/// <remarks>
/// ONNX operator <c>Resize</c>, opset 19 and up: inputs X <c>[...]</c> of any numeric type, roi (only for <c>tf_crop_and_resize</c>), and one of
/// scales (float32) and sizes (int64), each about the axes in attribute axes (default all). Attributes: see <see cref="ResizeAxis"/> for mode,
/// nearest_mode, coordinate_transformation_mode, cubic_coeff_a, exclude_outside and antialias, and <see cref="ResizeTarget"/> for
/// keep_aspect_ratio_policy; extrapolation_value (0) is what <c>tf_crop_and_resize</c> gives outside the input. The axes are resampled one after
/// the other in binary64.
/// </remarks>
internal sealed class Resize : NumericOperator
{
    public override string Name => "Resize";

    public override int SinceVersion => 13;

    public override (int Minimum, int Maximum) InputCount => (1, 4);

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = null;
        if (context.Shape(0) is { } input)
        {
            int[] axes = ResizeTarget.Axes(context.Attributes, input.Rank, context.NormalizeAxis);
            Dimension[] lengths = ResizeTarget.Infer(context, input, axes);
            shape = input;
            for (int i = 0; i < axes.Length; i++)
                shape = shape.With(axes[i], lengths[i]);
        }

        context.SetOutput(0, context.DataType(0), shape);
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape input = context.Input(0).Shape;
        int[] axes = ResizeTarget.Axes(context.Attributes, input.Rank, context.NormalizeAxis);
        (long[] lengths, double[] scales) = ResizeTarget.Evaluate(context, axes);
        double[] roi = context.OptionalInput(1) is { ElementCount: > 0 } given ? ElementConversion.ToDoubles(given) : [];
        long[] dimensions = [.. input];
        for (int i = 0; i < axes.Length; i++)
            dimensions[axes[i]] = lengths[i];
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, dimensions);
        if (output.ElementCount == 0)
            return;

        ResizeAxis[] resized = new ResizeAxis[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            (double Start, double End) part = (0, 1);
            if (context.Attributes.GetString("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize")
            {
                part = roi.Length == 2 * axes.Length
                    ? (roi[i], roi[i + axes.Length])
                    : throw context.Error($"roi has {roi.Length} elements for {axes.Length} axes.");
            }

            resized[i] = new ResizeAxis(context.Attributes, axes[i], input[axes[i]], lengths[i], scales[i], part);
        }

        // Shrink before growing: what lies between is then no larger than the larger of input and output.
        Array.Sort(resized, (a, b) => ((double)a.Length / input[a.Axis]).CompareTo((double)b.Length / input[b.Axis]));
        T[] result = context.Attributes.GetString("mode", "nearest") == "nearest"
            ? Pick(context.Input(0).AsSpan<T>().ToArray(), input, resized)
            : Interpolate<T>(context.Input(0), resized);
        Extrapolate(result, output.Shape, resized, T.CreateTruncating(context.Attributes.GetFloat("extrapolation_value", 0)));
        result.CopyTo(output.AsSpan<T>());
    }

    private static T[] Pick<T>(T[] elements, TensorShape shape, ResizeAxis[] axes)
    {
        foreach (ResizeAxis axis in axes)
        {
            TensorShape next = Resized(shape, axis);
            T[] picked = new T[checked((int)next.ElementCount)];
            AxisGather.Run<T>(elements, shape, axis.Axis, axis.Nearest(), picked);
            (elements, shape) = (picked, next);
        }

        return elements;
    }

    private static T[] Interpolate<T>(Tensor input, ResizeAxis[] axes)
        where T : System.Numerics.INumber<T>
    {
        double[] elements = ElementConversion.ToDoubles(input);
        TensorShape shape = input.Shape;
        foreach (ResizeAxis axis in axes)
        {
            if (axis.IsIdentity)
                continue;
            TensorShape next = Resized(shape, axis);
            elements = Interpolate(elements, shape, axis, next);
            shape = next;
        }

        return Array.ConvertAll(elements, value => T.CreateTruncating(value));
    }

    private static double[] Interpolate(double[] elements, TensorShape shape, ResizeAxis axis, TensorShape next)
    {
        double[] result = new double[checked((int)next.ElementCount)];
        int outer = (int)shape.ElementCountOf(0, axis.Axis);
        int inner = (int)shape.ElementCountOf(axis.Axis + 1, shape.Rank);
        int inputLength = (int)shape[axis.Axis];
        for (int to = 0; to < axis.Length; to++)
        {
            (int index, double weight)[] taps = axis.Taps(to);
            for (int o = 0; o < outer; o++)
            {
                Span<double> sums = result.AsSpan(((o * axis.Length) + to) * inner, inner);
                foreach ((int index, double weight) in taps)
                {
                    ReadOnlySpan<double> from = elements.AsSpan(((o * inputLength) + index) * inner, inner);
                    for (int i = 0; i < inner; i++)
                        sums[i] += weight * from[i];
                }
            }
        }

        return result;
    }

    private static void Extrapolate<T>(T[] result, TensorShape shape, ResizeAxis[] axes, T value)
    {
        foreach (ResizeAxis axis in axes)
        {
            int inner = (int)shape.ElementCountOf(axis.Axis + 1, shape.Rank);
            for (int to = 0; to < axis.Length; to++)
            {
                if (!axis.IsOutside(to))
                    continue;
                for (int start = to * inner; start < result.Length; start += axis.Length * inner)
                    result.AsSpan(start, inner).Fill(value);
            }
        }
    }

    private static TensorShape Resized(TensorShape shape, ResizeAxis axis)
    {
        long[] dimensions = [.. shape];
        dimensions[axis.Axis] = axis.Length;
        return new TensorShape(dimensions);
    }
}
