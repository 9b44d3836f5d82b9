using Hone.Graphs;
using Hone.Operators.Windows;
using Hone.Tensors;

namespace Hone.Operators.Pooling;

/// <summary>The shape rules that the poolings share.</summary>
internal static class PoolingRules
{
    /// <summary>The output shape <c>[N, C, ...]</c> of an input <c>[N, C, ...]</c>.</summary>
    public static SymbolicShape? InferShape(Node node, SymbolicShape? input)
    {
        node.RequireRank("the input", input, 3);
        if (input is null)
            return null;
        WindowAttributes window = WindowAttributes.ReadPooling(node, input.Rank - 2);
        Dimension[] output = input.ToArray();
        for (int axis = 0; axis < window.Rank; axis++)
            output[axis + 2] = window.OutputSize(axis, input[axis + 2]);
        return new SymbolicShape(output);
    }

    /// <summary>The output shape <c>[N, C, 1, ...]</c> of a pooling over all spatial axes.</summary>
    public static SymbolicShape? InferGlobalShape(Node node, SymbolicShape? input)
    {
        node.RequireRank("the input", input, 2);
        return input is null ? null : new SymbolicShape([input[0], input[1], .. Enumerable.Repeat(Dimension.Fixed(1), input.Rank - 2)]);
    }

    /// <summary>The windows over a concrete input.</summary>
    public static SlidingWindow Window(Node node, TensorShape input) =>
        new(WindowAttributes.ReadPooling(node, input.Rank - 2).Resolve(input.Dimensions[2..]));

    /// <summary>The order p of the norm that an Lp pooling takes.</summary>
    public static long NormOrder(Node node)
    {
        long p = node.Attributes.GetInt("p", 2);
        return p >= 1 ? p : throw node.Error($"p must be at least 1, got {p}.");
    }
}
