using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Torch.Lowering;

/// <summary>Pooling of one to three spatial axes, adaptive pooling included.</summary>
internal static class PoolingLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("max_pool1d", c => Max(c, 1)),
        new("max_pool2d", c => Max(c, 2)),
        new("max_pool3d", c => Max(c, 3)),
        new("avg_pool1d", c => Average(c, 1)),
        new("avg_pool2d", c => Average(c, 2)),
        new("avg_pool3d", c => Average(c, 3)),
        new("lp_pool1d", c => Norm(c, 1)),
        new("lp_pool2d", c => Norm(c, 2)),
        new("adaptive_avg_pool1d", c => AdaptiveAverage(c, 1)),
        new("adaptive_avg_pool2d", c => AdaptiveAverage(c, 2)),
        new("adaptive_avg_pool3d", c => AdaptiveAverage(c, 3)),
        new("adaptive_max_pool1d", c => Adaptive(c, 1, "ReduceMax", "MaxPool", "GlobalMaxPool")),
        new("adaptive_max_pool2d", c => Adaptive(c, 2, "ReduceMax", "MaxPool", "GlobalMaxPool")),
    ];

    private static void Max(LoweringContext c, int axes) => ConvolutionLowerings.Batched(c, axes, x =>
        c.Node("MaxPool", [x], [.. Window(c, axes), ("dilations", ConvolutionLowerings.PerAxis(c, axes, 1, "dilation"))]));

    private static void Average(LoweringContext c, int axes) => ConvolutionLowerings.Batched(c, axes, x =>
    {
        bool countPadding = c.Bool("count_include_pad", defaultValue: true);
        if (c.Find("divisor_override") is not long divisor)
            return c.Node("AveragePool", [x], [.. Window(c, axes), ("count_include_pad", countPadding)]);
        if (c.Bool("ceil_mode"))
            throw LoweringContext.Unsupported("divisor_override with ceil_mode");
        long taps = ConvolutionLowerings.PerAxis(c, axes, 1, "kernel_size", "kernelSize").Aggregate(1L, (product, size) => product * size);
        Value mean = c.Node("AveragePool", [x], [.. Window(c, axes), ("count_include_pad", true)]);
        return c.Node("Mul", [mean, c.Scalar((double)taps / divisor, c.ResultType())]);
    });

    private static void Norm(LoweringContext c, int axes) => ConvolutionLowerings.Batched(c, axes, x =>
    {
        double norm = c.Double("norm_type");
        // LpPool takes absolute values, and does not scale up the windows that ceil_mode cuts off, as PyTorch does.
        if (norm % 2 == 0 && !c.Bool("ceil_mode"))
            return c.Node("LpPool", [x], [.. Window(c, axes), ("p", (long)norm)]);
        DataType type = c.ResultType();
        long taps = ConvolutionLowerings.PerAxis(c, axes, 1, "kernel_size").Aggregate(1L, (product, size) => product * size);
        Value powers = norm == 1 ? x : c.Node("Pow", [x, c.Scalar(norm, type)]);
        Value sum = c.Node("Mul", [c.Node("AveragePool", [powers], Window(c, axes)), c.Scalar(taps, type)]);
        return norm == 1 ? sum : c.Node("Pow", [sum, c.Scalar(1 / norm, type)]);
    });

    public static (string, object)[] Window(LoweringContext c, int axes)
    {
        long[] kernel = ConvolutionLowerings.PerAxis(c, axes, 1, "kernel_size", "kernelSize");
        long[] strides = c.Ints("strides", "stride") is { Length: > 0 } ? ConvolutionLowerings.PerAxis(c, axes, 1, "strides", "stride") : kernel;
        long[] padding = ConvolutionLowerings.PerAxis(c, axes, 0, "padding");
        return [("kernel_shape", kernel), ("strides", strides), ("pads", (long[])[.. padding, .. padding]), ("ceil_mode", c.Bool("ceil_mode"))];
    }

    /// <summary>Means of windows that divide each axis into as many parts as the result has.</summary>
    public static void AdaptiveAverage(LoweringContext c, int axes) => Adaptive(c, axes, "ReduceMean", "AveragePool", "GlobalAveragePool");

    private static void Adaptive(LoweringContext c, int axes, string reduction, string pooling, string global) => ConvolutionLowerings.Batched(c, axes, x =>
    {
        long[] target = [.. Enumerable.Range(c.Rank(0) - axes, axes).Select(axis => c.Result(0).Shape[axis])];
        if (target.All(size => size == 1))
            return c.Node(global, [x]);
        long[] sizes = [.. Enumerable.Range(c.Rank(0) - axes, axes).Select(axis => c.FixedSize(0, axis))];
        if (sizes.Zip(target).All(pair => pair.First % pair.Second == 0))
        {
            long[] kernel = [.. sizes.Zip(target, (size, count) => size / count)];
            return c.Node(pooling, [x], ("kernel_shape", kernel), ("strides", kernel));
        }

        // Windows of unequal size are boxes, so one axis after the other gives the same mean or maximum.
        for (int i = 0; i < axes; i++)
            x = ReduceWindows(c, x, i + 2, sizes[i], target[i], reduction);
        return x;
    });

    private static Value ReduceWindows(LoweringContext c, Value x, int axis, long size, long count, string reduction)
    {
        if (size == count)
            return x;
        Value[] windows = new Value[count];
        for (long i = 0; i < count; i++)
        {
            long start = i * size / count;
            long end = (((i + 1) * size) + count - 1) / count;
            Value window = c.Node("Slice", [x, c.Vector(start), c.Vector(end), c.Vector(axis)]);
            windows[i] = c.Node(reduction, [window, c.Vector(axis)], ("keepdims", true));
        }

        return windows.Length == 1 ? windows[0] : c.Node("Concat", windows, ("axis", axis));
    }
}
