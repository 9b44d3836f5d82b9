using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Planning.Tokens;

/// <summary>A mask of attention that is the same for all heads and queries of a sequence: it can only tell which positions are padding.</summary>
/// <param name="Value">float32 that is added to scores, or bool that is false where a key does not take part.</param>
/// <param name="BatchStride">Elements from sequence to sequence; 0 where all have the same.</param>
internal sealed record KeyMask(Value Value, long BatchStride)
{
    private static readonly HashSet<string> s_elementwise =
    [
        "Add", "And", "Cast", "CastLike", "Div", "Equal", "Greater", "GreaterOrEqual", "Identity", "Less", "LessOrEqual", "Max", "Min", "Mul", "Neg", "Not", "Or", "Sub", "Where", "Xor",
    ];

    /// <summary>Whether a value is the same along an axis, by its shape or by how it is computed.</summary>
    /// <param name="plan">Knows the shapes.</param>
    /// <param name="value">The value.</param>
    /// <param name="fromEnd">The axis; 1 is the last.</param>
    internal static bool IsSameAlong(PlanBuilder plan, Value value, int fromEnd)
    {
        if (plan.ShapeOf(value) is not { } shape)
            return false;
        if (shape.Rank < fromEnd || shape[-fromEnd] == 1)
            return true;
        if (value.Producer is not { Operator.Domain: "" } node)
            return false;
        return node.Operator.Name switch
        {
            "Expand" => IsSameAlong(plan, node.Inputs[0]!, fromEnd),
            "ConstantOfShape" => true,
            "Reshape" => SameShapeBefore(plan, node, shape) is { } source && IsSameAlong(plan, source, fromEnd),
            var name => s_elementwise.Contains(name) && node.Inputs.All(i => i is null || IsSameAlong(plan, i, fromEnd)),
        };
    }

    /// <summary>What reshapes have given its shape back to, or null.</summary>
    private static Value? SameShapeBefore(PlanBuilder plan, Node reshape, TensorShape shape)
    {
        Value? source = reshape.Inputs[0];
        while (source is not null && !shape.Equals(plan.ShapeOf(source)))
            source = source.Producer is { } node && node.Is("Reshape") ? node.Inputs[0] : null;
        return source;
    }
}
