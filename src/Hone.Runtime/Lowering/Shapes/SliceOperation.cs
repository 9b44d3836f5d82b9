using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary>Copies a part of a tensor whose bounds follow from constants and shapes; steps may be larger than 1 or negative.</summary>
internal sealed unsafe class SliceOperation(NodeGroup group) : Operation(group)
{
    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid)
    {
        Node node = Group.Anchor;
        TensorShape shape = plan.ShapeOf(node.Inputs[0]!)!;
        bool isWithinToken = grid.LeadingAxes(shape) is >= 0 and var axes && Read(plan, node, 3) is { } sliced && sliced.All(a => (a < 0 ? a + shape.Rank : a) >= axes);
        return isWithinToken && Enumerable.Range(1, 3).All(i => node.Input(i) is not { } bound || plan.ConstantOf(bound) is not null) ? [node.Inputs[0]!] : null;
    }

    protected override bool TryPlan(PlanBuilder plan)
    {
        Node node = Group.Anchor;
        TensorShape input = plan.ShapeOf(node.Inputs[0]!)!, output = OutputShape(plan);
        if (Read(plan, node, 1) is not { } starts || (node.Input(3) is not null && Read(plan, node, 3) is null) || (node.Input(4) is not null && Read(plan, node, 4) is null))
            return false;
        long[] axes = Read(plan, node, 3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        long[] steps = Read(plan, node, 4) ?? [.. Enumerable.Repeat(1L, starts.Length)];
        Operand x = plan.Input(node.Inputs[0]!, plan.LayoutOf(node.Inputs[0]!));
        long[] strides = TransposeOperation.Strides(input, x.Layout);
        long offset = 0;
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = (int)(axes[i] < 0 ? axes[i] + input.Rank : axes[i]);
            long size = input[axis], start = starts[i] < 0 ? starts[i] + size : starts[i];
            start = steps[i] > 0 ? Math.Clamp(start, 0, size) : Math.Clamp(start, 0, size - 1);
            offset += start * strides[axis];
            strides[axis] *= steps[i];
        }

        long[] sizes = LayoutShapes.Physical(output, x.Layout), lying = new long[input.Rank];
        for (int axis = 0; axis < input.Rank; axis++)
            lying[LayoutShapes.PhysicalAxis(axis, input.Rank, x.Layout)] = strides[axis];
        if (CopyJob.Create(x.DataType.BitWidth() / 8, sizes, lying, new TensorShape(sizes).Strides()) is not { } job)
            return false;
        Operand y = plan.Output(Outputs[0], x.Layout);
        long bytes = offset * (x.DataType.BitWidth() / 8);
        RowCount rows = plan.Rows(job.Outermost);
        plan.Step("slice", frame =>
        {
            CopyJob run = job;
            run.Outermost = rows.In(frame);
            run.Source = frame[x] + bytes;
            run.Target = frame[y];
            run.Run(frame);
        });
        return true;
    }

    private static long[]? Read(PlanBuilder plan, Node node, int index) =>
        node.Input(index) is { } value && plan.ConstantOf(value) is { } tensor ? tensor.ToInt64Array() : null;
}
