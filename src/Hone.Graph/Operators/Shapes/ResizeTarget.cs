using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>To which lengths, by which factors, a <c>Resize</c> resamples.</summary>
/// <remarks>
/// Scales give floor(length * scale). Sizes give the lengths themselves; attribute keep_aspect_ratio_policy turns them into bounds:
/// <c>stretch</c> (default) takes them as they are, <c>not_larger</c> and <c>not_smaller</c> take the smallest or largest factor for all axes.
/// </remarks>
internal static class ResizeTarget
{
    private const int ScalesInput = 2;
    private const int SizesInput = 3;

    /// <summary>The axes that scales and sizes are about.</summary>
    public static int[] Axes(AttributeMap attributes, int rank, Func<long, int, int> normalize)
    {
        int[] axes = attributes.GetInts("axes") is { } given ? Array.ConvertAll(given, a => normalize(a, rank)) : Enumerable.Range(0, rank).ToArray();
        return axes.Distinct().Count() == axes.Length ? axes : throw new HoneException("The attribute 'axes' holds an axis twice.");
    }

    /// <summary>The lengths as far as they are known.</summary>
    public static Dimension[] Infer(InferenceContext context, SymbolicShape input, int[] axes)
    {
        string policy = context.Attributes.GetString("keep_aspect_ratio_policy", "stretch");
        if (context.Contents(SizesInput) is { } sizes && sizes.Count == axes.Length)
        {
            if (policy == "stretch")
                return [.. sizes];
            if (sizes.All(s => s.IsFixed) && axes.All(a => input[a].IsFixed))
            {
                long[] lengths = Array.ConvertAll(axes, a => input[a].Value);
                return Array.ConvertAll(FromSizes(context.Error, lengths, sizes.Select(s => s.Value).ToArray(), policy).Lengths, Dimension.Fixed);
            }
        }
        else if (context.Constant(ScalesInput) is { DataType: DataType.Float32 } scales && scales.ElementCount == axes.Length)
        {
            return axes.Zip(scales.ToSingleArray(), (axis, scale) => Scale(context.Error, input[axis], scale)).ToArray();
        }

        return new Dimension[axes.Length];
    }

    /// <summary>The lengths and factors.</summary>
    public static (long[] Lengths, double[] Scales) Evaluate(EvaluationContext context, int[] axes)
    {
        long[] input = Array.ConvertAll(axes, a => context.Input(0).Shape[a]);
        if (context.OptionalInput(SizesInput) is { ElementCount: > 0 } sizes)
            return FromSizes(context.Error, input, sizes.ToInt64Array(), context.Attributes.GetString("keep_aspect_ratio_policy", "stretch"));
        float[] scales = context.Input(ScalesInput).ToSingleArray();
        if (scales.Length != axes.Length)
            throw context.Error($"scales has {scales.Length} elements for {axes.Length} axes.");
        return (input.Zip(scales, (length, scale) => Scale(context.Error, length, scale).Value).ToArray(), Array.ConvertAll(scales, s => (double)s));
    }

    private static Dimension Scale(Func<string, ModelFormatException> error, Dimension length, float scale)
    {
        if (!(scale > 0) || float.IsInfinity(scale))
            throw error($"the scale {scale} is not a positive number.");
        if (scale == 1)
            return length;
        if (!length.IsFixed)
            return scale == MathF.Floor(scale) && scale < int.MaxValue ? (long)scale * length : Dimension.Unknown;
        float scaled = MathF.Floor(length.Value * scale);
        return scaled <= EvaluationContext.LargestElementCount ? (long)scaled : throw error($"the scale {scale} makes an axis too long.");
    }

    private static (long[] Lengths, double[] Scales) FromSizes(Func<string, ModelFormatException> error, long[] input, long[] sizes, string policy)
    {
        if (sizes.Length != input.Length || sizes.Any(s => s < 0))
            throw error($"sizes is [{string.Join(", ", sizes)}]; it must have {input.Length} elements, none negative.");
        double[] scales = sizes.Zip(input, (size, length) => length == 0 ? 1 : (double)size / length).ToArray();
        if (policy == "stretch" || scales.Length == 0)
            return (sizes, scales);
        double common = policy switch
        {
            "not_larger" => scales.Min(),
            "not_smaller" => scales.Max(),
            _ => throw error($"the keep_aspect_ratio_policy '{policy}' is not known."),
        };
        return (Array.ConvertAll(input, length => (long)Math.Min(Math.Floor((common * length) + 0.5), long.MaxValue)), Array.ConvertAll(scales, _ => common));
    }
}
