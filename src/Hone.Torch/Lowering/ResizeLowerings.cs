using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Torch.Lowering;

/// <summary>Resampling.</summary>
internal static class ResizeLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("interpolate", c => Interpolate(c, c.Text("mode") ?? "Nearest")),
        new("upsample", c => Interpolate(c, c.Text("mode") ?? "Nearest")),
        new("upsample_bilinear", c => Interpolate(c, "Bilinear")),
        new("upsample_nearest1d", c => Interpolate(c, "Nearest")),
        new("upsample_nearest2d", c => Interpolate(c, "Nearest")),
        new("upsample_nearest3d", c => Interpolate(c, "Nearest")),
        new("grid_sample", GridSample),
        new("affine_grid", c => c.Set(c.Node("AffineGrid", [c.Tensor(0), c.Sizes("size")], ("align_corners", c.Bool("align_corners"))))),
    ];

    private static void Interpolate(LoweringContext c, string mode)
    {
        bool alignCorners = c.Bool("align_corners");
        if (c.Bool("antialias"))
            throw LoweringContext.Unsupported("antialias");
        if (mode == "Area")
        {
            PoolingLowerings.AdaptiveAverage(c, c.Rank(0) - 2);
            return;
        }

        bool isNearest = mode.StartsWith("Nearest", StringComparison.OrdinalIgnoreCase);
        bool isExact = mode.Contains("Exact", StringComparison.OrdinalIgnoreCase);
        string onnxMode = isNearest ? "nearest" : mode.Contains("Cubic", StringComparison.OrdinalIgnoreCase) ? "cubic" : "linear";
        string coordinates = isNearest ? (isExact ? "half_pixel" : "asymmetric") : alignCorners ? "align_corners" : "half_pixel";
        (string, object)[] attributes =
        [
            ("mode", onnxMode), ("coordinate_transformation_mode", coordinates), ("cubic_coeff_a", -0.75f), ("nearest_mode", isExact ? "round_prefer_ceil" : "floor"),
        ];
        if (Scales(c) is { } scales && !c.Bool("recompute_scale_factor"))
        {
            Value factors = c.Constant(Tensor.Vector<float>([1, 1, .. scales]));
            c.Set(c.Node("Resize", [c.Tensor(0), null, factors], attributes));
            return;
        }

        c.Set(c.Node("Resize", [c.Tensor(0), null, null, c.ResultShape()], attributes));
    }

    private static float[]? Scales(LoweringContext c)
    {
        int axes = c.Rank(0) - 2;
        return c.Find("scale_factor", "scaleFactor", "scaleFactors") switch
        {
            double scale => [.. Enumerable.Repeat((float)scale, axes)],
            object?[] items when items.Length == axes && items.All(i => i is double) => Array.ConvertAll(items, i => (float)(double)i!), // none is null
            object?[] and [double scale] => [.. Enumerable.Repeat((float)scale, axes)],
            _ => null,
        };
    }

    private static void GridSample(LoweringContext c)
    {
        string mode = c.Text("mode") switch { "Nearest" => "nearest", "Bicubic" => "cubic", _ => "linear" };
        string padding = c.Text("padding_mode") switch { "Border" => "border", "Reflection" => "reflection", _ => "zeros" };
        c.Set(c.Node("GridSample", [c.Tensor(0), c.Tensor(1)], ("mode", mode), ("padding_mode", padding), ("align_corners", c.Bool("align_corners"))));
    }
}
