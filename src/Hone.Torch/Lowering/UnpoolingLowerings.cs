using Hone.Graphs;
using Hone.Tensors;
using Hone.Torch.Capture;

namespace Hone.Torch.Lowering;

/// <summary>Maximum pooling that tells the places, and its reversal.</summary>
/// <remarks>PyTorch counts places within a plane of one sample and channel; ONNX counts them in the whole tensor.</remarks>
internal static class UnpoolingLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("max_pool1d_with_indices", c => MaxWithPlaces(c, 1)),
        new("max_pool2d_with_indices", c => MaxWithPlaces(c, 2)),
        new("max_pool3d_with_indices", c => MaxWithPlaces(c, 3)),
        new("max_unpool1d", c => Unpool(c, 1)),
        new("max_unpool2d", c => Unpool(c, 2)),
        new("max_unpool3d", c => Unpool(c, 3)),
    ];

    private static void MaxWithPlaces(LoweringContext c, int axes)
    {
        if (c.Rank(0) != axes + 2)
            throw LoweringContext.Unsupported("an input without a batch axis");
        IReadOnlyList<Value?> results = c.Nodes("MaxPool", [c.Tensor(0)], 2,
            [.. PoolingLowerings.Window(c, axes), ("dilations", ConvolutionLowerings.PerAxis(c, axes, 1, "dilation"))]);
        Value plane = PlaneSize(c, c.Traced(0), axes);
        c.Set([results[0], c.Node("Mod", [results[1], plane])]);
    }

    private static void Unpool(LoweringContext c, int axes)
    {
        if (c.Rank(0) != axes + 2)
            throw LoweringContext.Unsupported("an input without a batch axis");
        long[] kernel = ConvolutionLowerings.PerAxis(c, axes, 1, "kernel_size");
        long[] strides = c.Ints("stride") is { Length: > 0 } ? ConvolutionLowerings.PerAxis(c, axes, 1, "stride") : kernel;
        long[] padding = ConvolutionLowerings.PerAxis(c, axes, 0, "padding");
        TraceValue result = c.Result(0);
        // The number of each plane, in the shape [N, C, 1, ..].
        Value planes = c.Node("Mul", [c.SizeValue(result.Sizes[0]), c.SizeValue(result.Sizes[1])]);
        Value numbers = c.Node("Range", [c.Constant(Tensor.Scalar(0L)), c.Node("Squeeze", [planes, c.Vector(0)]), c.Constant(Tensor.Scalar(1L))]);
        Value perPlane = c.Node("Reshape", [numbers, c.SizeVector([result.Sizes[0], result.Sizes[1], .. Enumerable.Repeat(SizeExpression.Constant(1), axes)])]);
        Value places = c.Node("Add", [c.Tensor(1), c.Node("Mul", [perPlane, PlaneSize(c, result, axes)])]);
        c.Set(c.Node("MaxUnpool", [c.Tensor(0), places, c.ResultShape()],
            ("kernel_shape", kernel), ("strides", strides), ("pads", (long[])[.. padding, .. padding])));
    }

    /// <summary>Number of elements of the spatial axes, int64 [1].</summary>
    private static Value PlaneSize(LoweringContext c, TraceValue tensor, int axes)
    {
        SizeExpression[] sizes = tensor.Sizes[^axes..];
        return sizes.All(size => size.IsConstant)
            ? c.Vector(sizes.Aggregate(1L, (product, size) => product * size.Offset))
            : c.Node("ReduceProd", [c.SizeVector(sizes)], ("keepdims", true));
    }
}
