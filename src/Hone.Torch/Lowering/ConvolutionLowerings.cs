using Hone.Graphs;

namespace Hone.Torch.Lowering;

/// <summary>Convolutions and transposed convolutions of one to three spatial axes.</summary>
internal static class ConvolutionLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("conv1d", c => Convolution(c, 1)),
        new("conv2d", c => Convolution(c, 2)),
        new("conv3d", c => Convolution(c, 3)),
        new("conv1d_padding", c => Convolution(c, 1)),
        new("conv2d_padding", c => Convolution(c, 2)),
        new("conv3d_padding", c => Convolution(c, 3)),
        new("conv_transpose1d", c => Transposed(c, 1)),
        new("conv_transpose2d", c => Transposed(c, 2)),
        new("conv_transpose3d", c => Transposed(c, 3)),
        new("unfold", Unfold),
        new("fold", Fold),
    ];

    /// <summary>A window attribute for each spatial axis: given for all, for each, or by default.</summary>
    public static long[] PerAxis(LoweringContext c, int axes, long defaultValue, params ReadOnlySpan<string> names)
    {
        long[] values = c.Ints(names) ?? [defaultValue];
        return values.Length == axes ? values : values.Length == 1 ? [.. Enumerable.Repeat(values[0], axes)] : values.Length == 0 ? [.. Enumerable.Repeat(defaultValue, axes)]
            : throw LoweringContext.Unsupported($"{values.Length} numbers for {axes} axes");
    }

    /// <summary>Runs an operator that needs a batch axis on a tensor that may lack it.</summary>
    public static void Batched(LoweringContext c, int spatialAxes, Func<Value, Value> run)
    {
        bool isBatched = c.Rank(0) == spatialAxes + 2;
        Value x = isBatched ? c.Tensor(0) : c.Node("Unsqueeze", [c.Tensor(0), c.Vector(0)]);
        Value y = run(x);
        c.Set(isBatched ? y : c.Node("Squeeze", [y, c.Vector(0)]));
    }

    private static void Convolution(LoweringContext c, int axes) => Batched(c, axes, x =>
    {
        long[] dilations = PerAxis(c, axes, 1, "dilation");
        return c.Node("Conv", [x, c.Tensor(1), c.OptionalTensor("bias")],
            ("strides", PerAxis(c, axes, 1, "strides", "stride")), ("pads", Padding(c, axes, dilations)), ("dilations", dilations),
            ("group", c.Int("groups", 1)), ("kernel_shape", KernelShape(c, axes)));
    });

    private static long[] KernelShape(LoweringContext c, int axes) => c.Traced(1).Shape[^axes..];

    private static long[] Padding(LoweringContext c, int axes, long[] dilations)
    {
        if (c.Text("padding") is "Valid")
            return new long[axes * 2];
        if (c.Text("padding") is not "Same")
            return [.. PerAxis(c, axes, 0, "padding"), .. PerAxis(c, axes, 0, "padding")];
        // The odd one goes to the end, as PyTorch does.
        long[] totals = [.. KernelShape(c, axes).Select((size, i) => dilations[i] * (size - 1))];
        return [.. totals.Select(total => total / 2), .. totals.Select(total => total - (total / 2))];
    }

    private static void Transposed(LoweringContext c, int axes) => Batched(c, axes, x =>
    {
        long[] padding = PerAxis(c, axes, 0, "padding");
        return c.Node("ConvTranspose", [x, c.Tensor(1), c.OptionalTensor("bias")],
            ("strides", PerAxis(c, axes, 1, "strides", "stride")), ("pads", (long[])[.. padding, .. padding]),
            ("output_padding", PerAxis(c, axes, 0, "output_padding")), ("dilations", PerAxis(c, axes, 1, "dilation")),
            ("group", c.Int("groups", 1)), ("kernel_shape", KernelShape(c, axes)));
    });

    /// <summary>functional.unfold as a convolution with one-hot kernels; Tensor.unfold as slices, since it has a step instead of a stride.</summary>
    private static void Unfold(LoweringContext c)
    {
        if (c.Has("step"))
        {
            UnfoldAxis(c);
            return;
        }

        long[] kernel = PerAxis(c, 2, 1, "kernel_size");
        long[] padding = PerAxis(c, 2, 0, "padding");
        int channels = (int)c.FixedSize(0, 1);
        int taps = (int)(kernel[0] * kernel[1]);
        float[] oneHot = new float[channels * taps * taps];
        for (int i = 0; i < channels * taps; i++)
            oneHot[(i * taps) + (i % taps)] = 1;
        Value weight = c.Constant(Hone.Tensors.Tensor.Create(oneHot, channels * taps, 1, kernel[0], kernel[1]));
        Value columns = c.Node("Conv", [c.Tensor(0), weight],
            ("strides", PerAxis(c, 2, 1, "stride")), ("pads", (long[])[.. padding, .. padding]), ("dilations", PerAxis(c, 2, 1, "dilation")),
            ("group", channels), ("kernel_shape", kernel));
        c.Set(c.ReshapeToResult(columns));
    }

    private static void UnfoldAxis(LoweringContext c)
    {
        int rank = c.Rank(0);
        int axis = LoweringContext.Axis(c.Int(["dimension"]), rank);
        long size = c.Int("size");
        long step = c.Int("step");
        long windows = ((c.FixedSize(0, axis) - size) / step) + 1;
        long[] indices = [.. Enumerable.Range(0, (int)windows).SelectMany(w => Enumerable.Range(0, (int)size).Select(i => (w * step) + i))];
        Value places = c.Constant(Hone.Tensors.Tensor.Create(indices, windows, size));
        Value gathered = c.Node("Gather", [c.Tensor(0), places], ("axis", axis));
        // The window comes last.
        long[] order = [.. Enumerable.Range(0, rank + 1).Where(i => i != axis + 1).Append(axis + 1).Select(i => (long)i)];
        c.Set(c.Node("Transpose", [gathered], ("perm", order)));
    }

    private static void Fold(LoweringContext c)
    {
        long[] padding = PerAxis(c, 2, 0, "padding");
        c.Set(c.Node("Col2Im", [c.Tensor(0), c.Vector(PerAxis(c, 2, 1, "output_size")), c.Vector(PerAxis(c, 2, 1, "kernel_size"))],
            ("dilations", PerAxis(c, 2, 1, "dilation")), ("pads", (long[])[.. padding, .. padding]), ("strides", PerAxis(c, 2, 1, "stride"))));
    }
}
