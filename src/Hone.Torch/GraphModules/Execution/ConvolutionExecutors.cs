using Hone.Graphs;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.GraphModules.Execution;

/// <summary>Convolutions and transposed convolutions of one to three spatial dimensions.</summary>
internal static class ConvolutionExecutors
{
    internal static IReadOnlyDictionary<string, NodeExecutor> Table { get; } = new Dictionary<string, NodeExecutor>
    {
        ["Conv"] = call => [Convolve(call.Node, call.Input(0), call.Input(1), call.OptionalInput(2))],
        ["ConvTranspose"] = call => [Transposed(call)],
    };

    /// <summary>Applies the convolution of a node to other tensors than its own inputs: what training on folded weights needs.</summary>
    internal static Tensor Convolve(Node node, Tensor x, Tensor weight, Tensor? bias)
    {
        int rank = (int)x.dim() - 2;
        long[] strides = Spatial(node, "strides", rank);
        long[] dilations = Spatial(node, "dilations", rank);
        long groups = node.Attributes.GetInt("group", 1);
        (Tensor padded, long[] padding) = SpatialPadding.Apply(node, x, weight.shape[2..], strides, dilations, 0);
        return rank switch
        {
            1 => functional.conv1d(padded, weight, bias, strides[0], padding[0], dilations[0], groups),
            2 => functional.conv2d(padded, weight, bias, strides, padding, dilations, groups),
            3 => functional.conv3d(padded, weight, bias, strides, padding, dilations, groups),
            _ => throw new ModelFormatException(node.Name, node.Operator.Name, $"{rank} spatial dimensions; libtorch has 1 to 3."),
        };
    }

    private static Tensor Transposed(NodeCall call)
    {
        Node node = call.Node;
        Tensor x = call.Input(0);
        Tensor weight = call.Input(1);
        int rank = (int)x.dim() - 2;
        long[] strides = Spatial(node, "strides", rank);
        long[] dilations = Spatial(node, "dilations", rank);
        long[] outputPadding = node.Attributes.GetInts("output_padding") ?? new long[rank];
        long[] pads = node.Attributes.GetInts("pads") ?? new long[2 * rank];
        bool isSymmetric = pads.AsSpan(0, rank).SequenceEqual(pads.AsSpan(rank));
        if (!isSymmetric || node.Attributes.Contains("output_shape") || node.Attributes.GetString("auto_pad", "NOTSET") != "NOTSET")
            throw call.Error("only equal pads on both sides can be executed on libtorch.");
        long[] padding = pads[..rank];
        long groups = node.Attributes.GetInt("group", 1);
        Tensor? bias = call.OptionalInput(2);
        return rank switch
        {
            1 => functional.conv_transpose1d(x, weight, bias, strides[0], padding[0], outputPadding[0], dilations[0], groups),
            2 => functional.conv_transpose2d(x, weight, bias, strides, padding, outputPadding, dilations, groups),
            3 => functional.conv_transpose3d(x, weight, bias, strides, padding, outputPadding, dilations, groups),
            _ => throw call.Error($"{rank} spatial dimensions; libtorch has 1 to 3."),
        };
    }

    private static long[] Spatial(Node node, string attribute, int rank) => node.Attributes.GetInts(attribute) ?? [.. Enumerable.Repeat(1L, rank)];
}
