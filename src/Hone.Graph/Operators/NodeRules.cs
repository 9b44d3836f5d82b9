using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators;

/// <summary>Checks that operators make both when they infer and when they evaluate; each error names the node.</summary>
internal static class NodeRules
{
    /// <summary>An error that names the node.</summary>
    public static ModelFormatException Error(this Node node, string message) => new(node.Name, node.Operator.Name, message);

    /// <summary>Turns an axis that may count from the back into one from the front.</summary>
    public static int NormalizeAxis(this Node node, long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw node.Error($"axis {axis} does not lie in {-rank}..{rank - 1}.");

    /// <summary>Checks the rank of an input; a shape that is not known passes.</summary>
    public static void RequireRank(this Node node, string input, SymbolicShape? shape, int minimum, int maximum = int.MaxValue)
    {
        if (shape is null || (shape.Rank >= minimum && shape.Rank <= maximum))
            return;
        string expected = minimum == maximum ? $"rank {minimum}" : maximum == int.MaxValue ? $"rank {minimum} or more" : $"rank {minimum}..{maximum}";
        throw node.Error($"{input} must have {expected}, got {shape}.");
    }

    /// <summary>Checks the shape of an input; null and unknown or symbolic dimensions pass.</summary>
    public static void RequireShape(this Node node, string input, SymbolicShape? shape, params ReadOnlySpan<Dimension> expected)
    {
        if (shape is null)
            return;
        SymbolicShape wanted = new(expected);
        bool fits = shape.Rank == wanted.Rank;
        for (int axis = 0; fits && axis < wanted.Rank; axis++)
            fits = !shape[axis].IsFixed || !wanted[axis].IsFixed || shape[axis] == wanted[axis];
        if (!fits)
            throw node.Error($"{input} must have the shape {wanted}, got {shape}.");
    }

    /// <summary>Checks the element type of an input; a type that is not known passes, and so does any where an allowed one is not known.</summary>
    public static void RequireType(this Node node, string input, DataType actual, params ReadOnlySpan<DataType> allowed)
    {
        if (actual == DataType.Undefined || allowed.Contains(actual) || allowed.Contains(DataType.Undefined))
            return;
        string expected = string.Join(", ", allowed.ToArray().Select(t => t.DisplayName()));
        throw node.Error($"{input} must be {expected}, got {actual.DisplayName()}.");
    }

    /// <summary>Checks that an input is of a floating-point type; a type that is not known passes.</summary>
    public static void RequireFloat(this Node node, string input, DataType actual) =>
        node.RequireType(input, actual, DataType.Float32, DataType.Float64, DataType.Float16, DataType.BFloat16);

    /// <summary>One dimension from two that must be equal: the better known of them.</summary>
    public static Dimension Same(this Node node, string what, Dimension left, Dimension right)
    {
        if (left.IsFixed && right.IsFixed && left != right)
            throw node.Error($"{what} differ: {left} and {right}.");
        return left.IsFixed ? left : right.IsFixed || left.IsUnknown ? right : left;
    }

    /// <summary>The concrete shape of an output whose rules were just applied to concrete inputs.</summary>
    /// <exception cref="ModelFormatException">A tensor of that shape would be larger than the reference evaluation can hold.</exception>
    public static TensorShape Concrete(this Node node, SymbolicShape shape, DataType dataType)
    {
        TensorShape concrete = shape.ToTensorShape() ?? throw node.Error($"the output shape {shape} does not follow from the inputs.");
        long count = 1;
        foreach (long dimension in concrete)
        {
            // An empty dimension must not hide an absurd one beside it.
            count = dimension <= EvaluationContext.LargestElementCount ? Math.Max(count, 1) * dimension : long.MaxValue;
            if (count > EvaluationContext.LargestElementCount)
                throw node.Error($"the output {concrete} has more than {EvaluationContext.LargestElementCount} elements.");
        }

        if (dataType.ByteCount(concrete.ElementCount) > EvaluationContext.LargestByteCount)
            throw node.Error($"the output {dataType.DisplayName()} {concrete} is larger than {EvaluationContext.LargestByteCount} bytes.");
        return concrete;
    }
}
