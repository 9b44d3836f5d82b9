using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>Computes with the known elements of small integer tensors: what becomes of shapes between <c>Shape</c> and <c>Reshape</c>.</summary>
internal static class ShapeArithmetic
{
    /// <summary>Longer integer tensors are data, not shapes.</summary>
    internal const int LongestContents = 64;

    /// <summary>A function of two broadcast operands of rank 0 or 1, or null when their elements are not known.</summary>
    internal static IReadOnlyList<Dimension>? Binary(InferenceContext context, Func<Dimension, Dimension, Dimension> function)
    {
        if (context.Contents(0) is not { } left || context.Contents(1) is not { } right)
            return null;
        if (left.Count != right.Count && left.Count != 1 && right.Count != 1)
            return null;
        int count = left.Count == 1 ? right.Count : left.Count;
        Dimension[] result = new Dimension[count];
        for (int i = 0; i < count; i++)
            result[i] = function(left[left.Count == 1 ? 0 : i], right[right.Count == 1 ? 0 : i]);
        return Array.TrueForAll(result, d => d.IsUnknown) ? null : result;
    }

    /// <summary>A function of two numbers; unknown when either is a symbol.</summary>
    internal static Dimension OnNumbers(Dimension left, Dimension right, Func<long, long, long> function) =>
        left.IsFixed && right.IsFixed ? function(left.Value, right.Value) : Dimension.Unknown;
}
