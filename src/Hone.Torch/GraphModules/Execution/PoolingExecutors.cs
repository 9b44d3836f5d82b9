using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.GraphModules.Execution;

/// <summary>Pooling over one to three spatial dimensions.</summary>
internal static class PoolingExecutors
{
    internal static IReadOnlyDictionary<string, NodeExecutor> Table { get; } = new Dictionary<string, NodeExecutor>
    {
        ["AveragePool"] = call => [AveragePool(call)],
        ["GlobalAveragePool"] = call => [call.Input(0).mean(SpatialAxes(call.Input(0)), true)],
        ["GlobalMaxPool"] = call => [call.Input(0).amax(SpatialAxes(call.Input(0)), true)],
        ["MaxPool"] = call => [MaxPool(call)],
    };

    private static Tensor AveragePool(NodeCall call)
    {
        long[] kernel = call.Attributes.RequireInts("kernel_shape");
        long[] strides = Spatial(call, "strides");
        bool countsPadding = call.Attributes.GetBool("count_include_pad");
        bool ceil = call.Attributes.GetBool("ceil_mode");
        if (Spatial(call, "dilations").Any(d => d != 1))
            throw call.Error("dilated average pooling cannot be executed on libtorch.");
        (Tensor x, long[] padding) = SpatialPadding.Apply(call.Node, call.Input(0), kernel, strides, Spatial(call, "dilations"), 0);
        if (x is not null && !ReferenceEquals(x, call.Input(0)) && !countsPadding)
            throw call.Error("pads that differ between the two sides and are not counted cannot be executed on libtorch.");
        return kernel.Length switch
        {
            1 => functional.avg_pool1d(x, kernel[0], strides[0], padding[0], ceil, countsPadding),
            2 => functional.avg_pool2d(x, kernel, strides, padding, ceil, countsPadding),
            3 => functional.avg_pool3d(x, kernel, strides, padding, ceil, countsPadding),
            _ => throw call.Error($"{kernel.Length} spatial dimensions; libtorch has 1 to 3."),
        };
    }

    private static Tensor MaxPool(NodeCall call)
    {
        long[] kernel = call.Attributes.RequireInts("kernel_shape");
        long[] strides = Spatial(call, "strides");
        long[] dilations = Spatial(call, "dilations");
        bool ceil = call.Attributes.GetBool("ceil_mode");
        (Tensor x, long[] padding) = SpatialPadding.Apply(call.Node, call.Input(0), kernel, strides, dilations, double.NegativeInfinity);
        return kernel.Length switch
        {
            1 => functional.max_pool1d(x, kernel[0], strides[0], padding[0], dilations[0], ceil),
            2 => functional.max_pool2d(x, kernel, strides, padding, dilations, ceil),
            3 => functional.max_pool3d(x, kernel, strides, padding, dilations, ceil),
            _ => throw call.Error($"{kernel.Length} spatial dimensions; libtorch has 1 to 3."),
        };
    }

    private static long[] Spatial(NodeCall call, string attribute) =>
        call.Attributes.GetInts(attribute) ?? [.. Enumerable.Repeat(1L, call.Attributes.RequireInts("kernel_shape").Length)];

    private static long[] SpatialAxes(Tensor x) => [.. Enumerable.Range(2, (int)x.dim() - 2).Select(i => (long)i)];
}
