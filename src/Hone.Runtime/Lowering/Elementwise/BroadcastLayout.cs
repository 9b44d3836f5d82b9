using Hone.Graphs;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>In which layout operands that are broadcast to one shape are read.</summary>
internal static class BroadcastLayout
{
    /// <summary>
    /// Channels-last if an argument of full shape is, and every argument has as many dimensions or lies the same in both layouts; else row-major.
    /// </summary>
    internal static Layout Choose(PlanBuilder plan, IReadOnlyList<Value> arguments, TensorShape output)
    {
        if (output.Rank < 3)
            return Layout.RowMajor;
        return arguments.Any(IsLeader) && arguments.All(Fits) ? Layout.ChannelsLast : Layout.RowMajor;

        bool IsLeader(Value value) => plan.ConstantOf(value) is null && plan.LayoutOf(value) == Layout.ChannelsLast && plan.ShapeOf(value)!.Equals(output);
        bool Fits(Value value) => plan.ShapeOf(value)!.Rank == output.Rank || LayoutShapes.IsSameInBoth(Padded(plan.ShapeOf(value)!, output.Rank));
    }

    /// <summary>The argument in the layout; one of fewer dimensions lies the same in both once it is padded with ones.</summary>
    internal static Operand Read(PlanBuilder plan, Value value, TensorShape output, Layout layout) =>
        plan.Input(value, plan.ShapeOf(value)!.Rank == output.Rank ? layout : Layout.RowMajor);

    /// <summary>The shape with dimensions of 1 in front.</summary>
    internal static TensorShape Padded(TensorShape shape, int rank) => new([.. Enumerable.Repeat(1L, rank - shape.Rank), .. shape]);
}
