using Hone.Graphs;

namespace Hone.Operators.ControlFlow;

/// <summary>What is known of a value that may come from several places.</summary>
internal static class NestedShapes
{
    /// <summary>The dimensions in which two shapes agree; the others are unknown. Null when the ranks differ or one is not known.</summary>
    public static SymbolicShape? Common(SymbolicShape? left, SymbolicShape? right)
    {
        if (left is null || right is null || left.Rank != right.Rank)
            return null;
        return new SymbolicShape(left.Zip(right, (a, b) => a == b ? a : Dimension.Unknown).ToArray());
    }

    /// <summary>Infers a loop body whose state goes around: shapes that change on the way are generalised until they no longer do.</summary>
    /// <param name="body">The body.</param>
    /// <param name="state">The body's state inputs, with their initial types set, and the outputs that they become.</param>
    /// <exception cref="ModelFormatException">A node of the body breaks its operator's rules, or a state changes its element type.</exception>
    public static void InferLoop(Graph body, IReadOnlyList<(Value Input, Value Output)> state)
    {
        bool changed = true;
        // Every round takes away knowledge of which there is little; the bound is against surprises only.
        for (int round = 0; changed && round < 64; round++)
        {
            TypeInference.Run(body);
            changed = false;
            foreach ((Value input, Value output) in state)
            {
                if (input.DataType == Tensors.DataType.Undefined)
                    input.DataType = output.DataType;
                if (output.DataType != input.DataType && output.DataType != Tensors.DataType.Undefined)
                    throw new ModelFormatException($"The loop state '{input.Name}' is {input.DataType} at first and {output.DataType} after an iteration.");
                SymbolicShape? common = Common(input.Shape, output.Shape);
                if (input.Shape is null || input.Shape.Equals(common))
                    continue;
                input.Shape = common;
                changed = true;
            }
        }
    }

    /// <summary>Sets what is known of a body input.</summary>
    public static void Set(Value input, Tensors.DataType dataType, SymbolicShape? shape)
    {
        if (dataType != Tensors.DataType.Undefined)
            input.DataType = dataType;
        input.Shape = shape;
        input.Contents = null;
    }
}
