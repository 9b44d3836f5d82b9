using Hone.Graphs;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>Elementwise functions of tokens.</summary>
internal static class TokenBroadcast
{
    /// <summary>The arguments that hold tokens, where all others are the same for every token; null where an argument is something else.</summary>
    internal static IReadOnlyList<Value>? Inputs(PlanBuilder plan, TokenGrid grid, IReadOnlyList<Value> arguments, Value output)
    {
        TensorShape shape = plan.ShapeOf(output)!;
        if (grid.LeadingAxes(shape) is not (>= 0 and var axes))
            return null;
        List<Value> tokens = [];
        foreach (Value argument in arguments)
        {
            TensorShape padded = BroadcastLayout.Padded(plan.ShapeOf(argument)!, shape.Rank);
            if (Enumerable.Range(0, axes).All(a => padded[a] == 1) && (grid.Count > 1 || plan.ConstantOf(argument) is not null))
                continue;
            if (!Enumerable.Range(0, axes).All(a => padded[a] == shape[a]) || argument.IsConstant)
                return null;
            tokens.Add(argument);
        }

        return tokens.Count > 0 ? tokens : null;
    }
}
