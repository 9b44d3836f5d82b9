using Hone.Graphs;
using Hone.Kernels.Convolution;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Convolution;

/// <summary>Reads the attributes of a convolution of one or two spatial dimensions for the kernels.</summary>
internal static class ConvolutionGeometry
{
    /// <summary>The attributes, or null where the kernels cannot do them: three dimensions, or padding that depends on an unknown size.</summary>
    /// <param name="node">A node <c>Conv</c>; its shapes are checked already.</param>
    /// <param name="weights">[M, C/group, kernel...].</param>
    /// <param name="input">Shape of the input as far as it is known.</param>
    internal static ConvolutionShape? TryRead(Node node, TensorShape weights, SymbolicShape? input)
    {
        if (weights.Rank is not (3 or 4) || weights.ElementCount is 0 or > int.MaxValue || input is null || input.Rank != weights.Rank)
            return null;
        int axes = weights.Rank - 2;
        long groups = node.Attributes.GetInt("group", 1);
        if (groups < 1 || weights[0] % groups != 0 || (input[1].IsFixed && input[1].Value != weights[1] * groups))
            return null;
        long[] strides = node.Attributes.GetInts("strides") ?? Ones(axes), dilations = node.Attributes.GetInts("dilations") ?? Ones(axes);
        long[] kernel = [.. weights.Dimensions[2..]];
        if (Pads(node, kernel, strides, dilations, input) is not { } pads || strides.Concat(dilations).Concat(pads).Concat(kernel).Any(x => x > short.MaxValue))
            return null;
        int Last(long[] values) => (int)values[axes - 1];
        int First(long[] values, int otherwise) => axes == 2 ? (int)values[0] : otherwise;
        return new ConvolutionShape((int)(weights[1] * groups), (int)weights[0], First(kernel, 1), Last(kernel))
        {
            StrideHeight = First(strides, 1), StrideWidth = Last(strides),
            DilationHeight = First(dilations, 1), DilationWidth = Last(dilations),
            PadTop = axes == 2 ? (int)pads[0] : 0, PadLeft = (int)pads[axes - 1],
            PadBottom = axes == 2 ? (int)pads[2] : 0, PadRight = (int)pads[^1],
            Groups = (int)groups,
        };
    }

    /// <summary>Begin of every axis, then end of every axis; null where they depend on a size that is not known.</summary>
    internal static long[]? Pads(Node node, long[] kernel, long[] strides, long[] dilations, SymbolicShape input)
    {
        int axes = kernel.Length;
        string mode = node.Attributes.GetString("auto_pad", "NOTSET");
        if (mode is not ("SAME_UPPER" or "SAME_LOWER"))
            return mode == "NOTSET" ? node.Attributes.GetInts("pads") ?? new long[2 * axes] : new long[2 * axes];
        long[] pads = new long[2 * axes];
        for (int i = 0; i < axes; i++)
        {
            if (!input[i + 2].IsFixed)
                return null;
            long size = input[i + 2].Value, output = (size + strides[i] - 1) / strides[i];
            long total = Math.Max((output - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 - size, 0);
            pads[i] = mode == "SAME_UPPER" ? total / 2 : total - total / 2;
            pads[i + axes] = total - pads[i];
        }

        return pads;
    }

    internal static long[] Ones(int count)
    {
        long[] ones = new long[count];
        Array.Fill(ones, 1);
        return ones;
    }
}
