using Hone.Graphs;
using Hone.Operators.Windows;

namespace Hone.Operators.Convolution;

/// <summary>The shape rules that the convolutions share.</summary>
internal static class ConvolutionRules
{
    /// <summary>Number of groups that the channels are divided into.</summary>
    public static long Group(Node node)
    {
        long group = node.Attributes.GetInt("group", 1);
        return group is >= 1 and <= int.MaxValue ? group : throw node.Error($"group must be at least 1, got {group}.");
    }

    /// <summary>Sizes of the kernel's spatial axes, or null where the weight has symbols there and <c>kernel_shape</c> is not given.</summary>
    public static long[]? Kernel(Node node, SymbolicShape weight)
    {
        ReadOnlySpan<Dimension> spatial = weight.Dimensions[2..];
        long[]? kernel = node.Attributes.GetInts("kernel_shape");
        if (kernel is not null)
        {
            node.RequireShape("the weight", weight, [weight[0], weight[1], .. Array.ConvertAll(kernel, Dimension.Fixed)]);
            return kernel;
        }

        foreach (Dimension dimension in spatial)
        {
            if (!dimension.IsFixed)
                return null;
        }

        return Array.ConvertAll(spatial.ToArray(), d => d.Value);
    }

    /// <summary>The output shape <c>[N, M, ...]</c> of an input <c>[N, C, ...]</c> and a weight <c>[M, C / group, ...]</c>.</summary>
    public static SymbolicShape? InferShape(Node node, SymbolicShape? input, SymbolicShape? weight, SymbolicShape? bias)
    {
        node.RequireRank("the input", input, 3);
        node.RequireRank("the weight", weight, 3);
        if (input is null || weight is null)
            return null;
        node.RequireRank("the weight", weight, input.Rank, input.Rank);
        long group = Group(node);
        node.Same("the input channels and group times the weight's input channels", input[1], weight[1] * group);
        if (weight[0].IsFixed && weight[0].Value % group != 0)
            throw node.Error($"{weight[0]} output channels do not divide into {group} groups.");
        node.RequireShape("the bias", bias, weight[0]);

        Dimension[] output = new Dimension[input.Rank];
        output[0] = input[0];
        output[1] = weight[0];
        if (Kernel(node, weight) is { } kernel)
        {
            WindowAttributes window = WindowAttributes.Read(node, kernel);
            for (int axis = 0; axis < kernel.Length; axis++)
                output[axis + 2] = window.OutputSize(axis, input[axis + 2]);
        }

        return new SymbolicShape(output);
    }
}
