using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary>Copies the parts of a tensor out of it.</summary>
internal sealed unsafe class SplitOperation(NodeGroup group, Value input, int axis) : Operation(group)
{
    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid) =>
        plan.ShapeOf(input) is { } shape && grid.LeadingAxes(shape) is >= 0 and var axes && axes <= axis ? [input] : null;

    protected override bool TryPlan(PlanBuilder plan)
    {
        Operand x = plan.Input(input, plan.LayoutOf(input));
        long[] wholeStrides = new TensorShape(LayoutShapes.Physical(x.Shape, x.Layout)).Strides();
        long step = wholeStrides[LayoutShapes.PhysicalAxis(axis, x.Shape.Rank, x.Layout)];
        List<(Operand Part, long Offset, CopyJob Job)> copies = [];
        long first = 0;
        foreach (Value output in Outputs)
        {
            long[] sizes = LayoutShapes.Physical(plan.ShapeOf(output)!, x.Layout);
            CopyJob? job = CopyJob.Create(x.DataType.BitWidth() / 8, sizes, wholeStrides, new TensorShape(sizes).Strides());
            Operand y = plan.Output(output, x.Layout);
            copies.Add((y, x.DataType.ByteCount(first * step), job ?? throw new InvalidOperationException("A split merges to at most three dimensions.")));
            first += plan.ShapeOf(output)![axis];
        }

        (Operand Part, long Offset, CopyJob Job, RowCount Rows)[] steps = [.. copies.Select(c => (c.Part, c.Offset, c.Job, plan.Rows(c.Job.Outermost)))];
        plan.Step("split", frame =>
        {
            foreach ((Operand part, long offset, CopyJob job, RowCount rows) in steps)
            {
                CopyJob run = job;
                run.Outermost = rows.In(frame);
                run.Source = frame[x] + offset;
                run.Target = frame[part];
                run.Run(frame);
            }
        });
        return true;
    }
}
