using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary>Reorders dimensions; where the wanted order is the one in which the input lies, in either layout, it is a view.</summary>
internal sealed unsafe class TransposeOperation(NodeGroup group, int[] permutation) : Operation(group)
{
    /// <summary>Only the first two axes change places.</summary>
    internal override bool SwapsTokenAxes => permutation.Length >= 2 && permutation.Select((axis, i) => axis == (i < 2 ? 1 - i : i)).All(fits => fits);

    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid) =>
        SwapsTokenAxes && plan.ShapeOf(Inputs[0]) is { } shape && shape[0] * shape[1] == grid.Count && (shape[0] == grid.Batch || shape[0] == grid.Length) ? [Inputs[0]] : null;

    protected override bool TryPlan(PlanBuilder plan)
    {
        if (plan.Tokens is not null)
        {
            // Tokens alone lie sequence behind sequence in either order.
            plan.View(Outputs[0], plan.Input(Inputs[0], Layout.RowMajor));
            return true;
        }

        Layout source = plan.LayoutOf(Inputs[0]);
        Operand x = plan.Input(Inputs[0], source);
        int rank = permutation.Length;
        // The axes of the input in the order in which they lie, those of length 1 left out: they lie anywhere.
        int[] lying = Significant(Enumerable.Range(0, rank).OrderBy(axis => LayoutShapes.PhysicalAxis(axis, rank, source)), x.Shape);
        foreach (Layout layout in rank >= 3 ? [Layout.ChannelsLast, Layout.RowMajor] : new[] { Layout.RowMajor })
        {
            if (Significant(OrderIn(layout), x.Shape).AsSpan().SequenceEqual(lying))
            {
                plan.View(Outputs[0], x, layout);
                return true;
            }
        }

        long[] sourceStrides = Strides(x.Shape, source), sizes = [.. OutputShape(plan)];
        long[] targetStrides = new TensorShape(sizes).Strides();
        if (CopyJob.Create(x.DataType.BitWidth() / 8, sizes, [.. permutation.Select(p => sourceStrides[p])], targetStrides) is not { } job)
            return false;
        Operand y = plan.Output(Outputs[0], Layout.RowMajor);
        StepAction action = TransposeAction.Create(x, y, [.. permutation.Select(p => LayoutShapes.PhysicalAxis(p, rank, source))], job);
        plan.Step("transpose", action);
        return true;
    }

    /// <summary>The axes of the input in the order in which the output would lie in a layout.</summary>
    private IEnumerable<int> OrderIn(Layout layout) =>
        Enumerable.Range(0, permutation.Length).OrderBy(axis => LayoutShapes.PhysicalAxis(axis, permutation.Length, layout)).Select(axis => permutation[axis]);

    private static int[] Significant(IEnumerable<int> axes, TensorShape shape) => [.. axes.Where(axis => shape[axis] != 1)];

    /// <summary>Elements between neighbours along each axis, for a dense tensor in a layout.</summary>
    internal static long[] Strides(TensorShape shape, Layout layout)
    {
        long[] physical = new TensorShape(LayoutShapes.Physical(shape, layout)).Strides();
        return [.. Enumerable.Range(0, shape.Rank).Select(axis => physical[LayoutShapes.PhysicalAxis(axis, shape.Rank, layout)])];
    }
}
