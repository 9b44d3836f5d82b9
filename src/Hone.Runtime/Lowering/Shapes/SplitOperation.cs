using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary>Copies the parts of a tensor out of it.</summary>
internal sealed unsafe class SplitOperation(NodeGroup group, Value input, int axis) : Operation(group)
{
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

        (Operand Part, long Offset, CopyJob Job)[] steps = [.. copies];
        plan.Step("split", frame =>
        {
            foreach ((Operand part, long offset, CopyJob job) in steps)
            {
                CopyJob run = job;
                run.Source = frame[x] + offset;
                run.Target = frame[part];
                run.Run(frame);
            }
        });
        return true;
    }
}
