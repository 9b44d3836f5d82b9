using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Lowering.Shapes;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Reduction;

/// <summary>Reduces axes that lie next to each other in the layout of the input; others are brought together by a copy first.</summary>
internal sealed unsafe class ReduceOperation(NodeGroup group, ReduceFunction function) : Operation(group)
{
    private long[] Given => Group.Anchor.Input(1)?.Constant?.ToInt64Array() ?? [];

    private string KernelId => $"f32-reduce-{function.ToString().ToLowerInvariant()}";

    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid)
    {
        TensorShape shape = plan.ShapeOf(Inputs[0])!;
        int[] axes = [.. Given.Select(a => (int)(a < 0 ? a + shape.Rank : a)).Distinct().Order()];
        bool isWithinToken = axes.Length > 0 && grid.LeadingAxes(shape) is >= 0 and var tokenAxes && axes[0] >= tokenAxes;
        return isWithinToken && axes[^1] - axes[0] == axes.Length - 1 ? [Inputs[0]] : null;
    }

    protected override bool TryPlan(PlanBuilder plan)
    {
        Node node = Group.Anchor;
        TensorShape shape = plan.ShapeOf(Inputs[0])!;
        long[] given = Given;
        if (given.Length == 0 && (shape.Rank == 0 || node.Attributes.GetBool("noop_with_empty_axes")))
            return false;
        int[] axes = given.Length == 0
            ? [.. Enumerable.Range(0, shape.Rank)]
            : [.. given.Select(a => (int)(a < 0 ? a + shape.Rank : a)).Distinct().Order()];
        bool keepsAxes = node.Attributes.GetBool("keepdims", true);
        foreach (Layout layout in plan.LayoutOf(Inputs[0]) == Layout.ChannelsLast ? [Layout.ChannelsLast, Layout.RowMajor] : new[] { Layout.RowMajor })
        {
            int[] lying = [.. axes.Select(a => LayoutShapes.PhysicalAxis(a, shape.Rank, layout)).Order()];
            bool areNeighbours = lying[^1] - lying[0] == lying.Length - 1;
            // What is left lies in order: axes that stay keep the layout, and without the others it is row-major.
            bool liesRight = layout == Layout.RowMajor || keepsAxes || axes.Contains(1) || Enumerable.Range(2, shape.Rank - 2).All(axes.Contains);
            if (areNeighbours && liesRight)
            {
                PlanNeighbours(plan, layout, lying, keepsAxes ? layout : Layout.RowMajor);
                return true;
            }
        }

        return TryPlanCopied(plan, shape, axes);
    }

    private void PlanNeighbours(PlanBuilder plan, Layout layout, int[] lying, Layout outputLayout)
    {
        Operand x = plan.Input(Inputs[0], layout);
        TensorShape physical = new(LayoutShapes.Physical(x.Shape, layout));
        Operand y = plan.Output(Outputs[0], outputLayout);
        ReduceJob job = new()
        {
            Function = function,
            Outer = physical.ElementCountOf(0, lying[0]),
            Reduced = physical.ElementCountOf(lying[0], lying[^1] + 1),
            Inner = physical.ElementCountOf(lying[^1] + 1, physical.Rank),
        };
        RowCount rows = plan.Rows(job.Outer);
        plan.Step(KernelId, frame =>
        {
            ReduceJob run = job;
            run.Outer = rows.In(frame);
            run.Source = (float*)frame[x];
            run.Target = (float*)frame[y];
            run.Run(frame);
        });
    }

    private bool TryPlanCopied(PlanBuilder plan, TensorShape shape, int[] axes)
    {
        int[] order = [.. Enumerable.Range(0, shape.Rank).Except(axes), .. axes];
        Layout layout = plan.LayoutOf(Inputs[0]);
        long[] strides = TransposeOperation.Strides(shape, layout), sizes = [.. order.Select(a => shape[a])];
        if (CopyJob.Create(sizeof(float), sizes, [.. order.Select(a => strides[a])], new TensorShape(sizes).Strides()) is not { } copy)
            return false;
        Operand x = plan.Input(Inputs[0], layout), gathered = plan.Scratch(DataType.Float32, new TensorShape(sizes));
        Operand y = plan.Output(Outputs[0], Layout.RowMajor);
        long reduced = axes.Aggregate(1L, (product, axis) => product * shape[axis]);
        ReduceJob job = new() { Function = function, Outer = shape.ElementCount / reduced, Reduced = reduced, Inner = 1 };
        plan.Step(KernelId, frame =>
        {
            CopyJob first = copy;
            first.Source = frame[x];
            first.Target = frame[gathered];
            first.Run(frame);
            ReduceJob run = job;
            run.Source = (float*)frame[gathered];
            run.Target = (float*)frame[y];
            run.Run(frame);
        });
        return true;
    }
}
