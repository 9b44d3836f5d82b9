using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>
/// Two or more elementwise functions behind each other, of float32 values that all have one shape or are a constant of one element, as one step that goes over
/// memory once. Shapes must be known to be equal before the run; any other broadcast ends the chain.
/// </summary>
internal static class ChainLowering
{
    /// <summary>The chain that begins at a node, or null where there is none.</summary>
    internal static ChainOperation? Lower(Node node, LoweringContext context)
    {
        if (SourceOf(node, context) is not { } source || StepOf(node, source, context) is not { } first)
            return null;
        GroupBuilder group = new(context, node);
        group.Read(source);
        ShareParameters(group, node, first);
        List<ChainStep> steps = [first];
        while (steps.Count < ChainStep.MostSteps && group.Next is { } next && StepOf(next, group.Output, context) is { } step)
        {
            group.Extend(next);
            ShareParameters(group, next, step);
            steps.Add(step);
        }

        if (steps.Count < 2)
            return null;
        foreach (ChainStep step in steps)
        {
            if (step is { Other.IsConstant: false, OtherIsScalar: false })
                group.Read(step.Other);
        }

        return new ChainOperation(group.Build(), source, [.. steps]);
    }

    /// <summary>What the first function takes: the operand that has the shape of the result.</summary>
    private static Value? SourceOf(Node node, LoweringContext context) =>
        node.Inputs.FirstOrDefault(i => i is { IsConstant: false, DataType: DataType.Float32 } && IsSameShape(i, node) && context.FloatConstant(i) is null);

    private static ChainStep? StepOf(Node node, Value value, LoweringContext context)
    {
        if (value.DataType != DataType.Float32 || !IsSameShape(value, node))
            return null;
        if (node.Inputs[0] == value && Activations.Of(node, context) is { } function)
            return new ChainStep(function, null, null, false, false);
        if (node.Inputs is not [{ DataType: DataType.Float32 } left, { DataType: DataType.Float32 } right] || left == right || BinaryLowering.FunctionOf(node) is not { } binary)
            return null;
        Value other = left == value ? right : left;
        bool isScalar = other.Constant is { ElementCount: 1 };
        return isScalar || (!other.IsConstant && IsSameShape(other, node)) ? new ChainStep(default, binary, other, other == left, isScalar) : null;
    }

    /// <summary>Adds the nodes behind the bounds of a clip, whose numbers the function has taken in.</summary>
    private static void ShareParameters(GroupBuilder group, Node node, ChainStep step)
    {
        for (int i = 1; i < node.Inputs.Count && step.Binary is null; i++)
            group.Share(node.Inputs[i]);
    }

    /// <summary>Whether the value has the shape of the node's result in every run, and more than one element may be in it.</summary>
    private static bool IsSameShape(Value value, Node node)
    {
        if (value.Shape is not { } shape || node.Output.Shape is not { } output || shape.Rank != output.Rank)
            return false;
        for (int i = 0; i < shape.Rank; i++)
        {
            if (shape[i].IsUnknown || !shape[i].Equals(output[i]))
                return false;
        }

        return true;
    }
}
