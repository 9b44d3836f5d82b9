using Hone.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.GraphModules.Execution;

/// <summary>ONNX pads each side on its own; libtorch's layers pad both sides alike. What differs is padded beforehand.</summary>
internal static class SpatialPadding
{
    /// <summary>The tensor to give to the layer, and the padding that the layer itself is to apply.</summary>
    /// <param name="node">Its <c>pads</c> and <c>auto_pad</c> attributes are read.</param>
    /// <param name="x"><c>[N, C, spatial...]</c>.</param>
    /// <param name="kernel">Size of the window.</param>
    /// <param name="strides">Steps of the window.</param>
    /// <param name="dilations">Distance of the window's taps.</param>
    /// <param name="value">What the padding is filled with.</param>
    internal static (Tensor Padded, long[] Padding) Apply(Node node, Tensor x, long[] kernel, long[] strides, long[] dilations, double value)
    {
        int rank = kernel.Length;
        long[] pads = Pads(node, x.shape, kernel, strides, dilations);
        if (pads.AsSpan(0, rank).SequenceEqual(pads.AsSpan(rank)))
            return (x, pads[..rank]);
        return (nn.functional.pad(x, LastDimensionFirst(pads), PaddingModes.Constant, value), new long[rank]);
    }

    /// <summary>ONNX lists all beginnings, then all ends; libtorch lists beginning and end of the last dimension, then of the one before.</summary>
    internal static long[] LastDimensionFirst(long[] pads)
    {
        int rank = pads.Length / 2;
        long[] result = new long[pads.Length];
        for (int i = 0; i < rank; i++)
        {
            result[2 * i] = pads[rank - 1 - i];
            result[(2 * i) + 1] = pads[pads.Length - 1 - i];
        }

        return result;
    }

    private static long[] Pads(Node node, long[] shape, long[] kernel, long[] strides, long[] dilations)
    {
        int rank = kernel.Length;
        string mode = node.Attributes.GetString("auto_pad", "NOTSET");
        if (mode == "NOTSET")
            return node.Attributes.GetInts("pads") ?? new long[2 * rank];
        long[] pads = new long[2 * rank];
        if (mode == "VALID")
            return pads;
        for (int i = 0; i < rank; i++)
        {
            long size = shape[i + 2];
            long output = (size + strides[i] - 1) / strides[i];
            long total = Math.Max(0, ((output - 1) * strides[i]) + ((kernel[i] - 1) * dilations[i]) + 1 - size);
            long small = total / 2;
            pads[i] = mode == "SAME_UPPER" ? small : total - small;
            pads[i + rank] = total - pads[i];
        }

        return pads;
    }
}
