using Hone.Graphs;
using Hone.Kernels.Elementwise;
using Hone.Runtime.Lowering.Elementwise;

namespace Hone.Runtime.Lowering.Convolution;

/// <summary>Takes what follows a float32 product into its epilogue: the addition of a run-time value of the same shape, then one function.</summary>
internal static class FloatEpilogue
{
    internal static (Value? Residual, Activation Activation) Extend(GroupBuilder group, LoweringContext context)
    {
        Value? residual = null;
        if (group.Next is { } add && add.Is("Add"))
        {
            Value other = add.Inputs[0] == group.Output ? add.Inputs[1]! : add.Inputs[0]!;
            if (!other.IsConstant && MayBeSameShape(other, group.Output))
            {
                group.Extend(add);
                group.Read(other);
                residual = other;
            }
        }

        if (group.Next is { } next && next.Input(0) == group.Output && Activations.Of(next, context) is { } activation)
        {
            group.Extend(next);
            return (residual, activation);
        }

        return (residual, default);
    }

    /// <summary>Whether shapes that are not fully known may turn out equal; the plan checks them.</summary>
    internal static bool MayBeSameShape(Value a, Value b)
    {
        if (a.Shape is null || b.Shape is null || a.Shape.Rank != b.Shape.Rank || a.DataType != b.DataType)
            return false;
        for (int i = 0; i < a.Shape.Rank; i++)
        {
            // A 1 beside a symbol is meant to be broadcast.
            bool differs = a.Shape[i] != b.Shape[i] && ((a.Shape[i].IsFixed && b.Shape[i].IsFixed) || a.Shape[i] == 1 || b.Shape[i] == 1);
            if (differs)
                return false;
        }

        return true;
    }
}
