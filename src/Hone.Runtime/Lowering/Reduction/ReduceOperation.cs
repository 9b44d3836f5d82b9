using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Reduction;

/// <summary>Reduces axes that lie next to each other in row-major order.</summary>
internal sealed unsafe class ReduceOperation(NodeGroup group, ReduceFunction function) : Operation(group)
{
    protected override bool TryPlan(PlanBuilder plan)
    {
        Node node = Group.Anchor;
        TensorShape shape = plan.ShapeOf(Inputs[0])!;
        long[] given = node.Input(1)?.Constant?.ToInt64Array() ?? [];
        if (given.Length == 0 && (shape.Rank == 0 || node.Attributes.GetBool("noop_with_empty_axes")))
            return false;
        long[] axes = given.Length == 0 ? [.. Enumerable.Range(0, shape.Rank)] : [.. given.Select(a => a < 0 ? a + shape.Rank : a).Distinct().Order()];
        if (axes[^1] - axes[0] != axes.Length - 1)
            return false;
        Operand x = plan.Input(Inputs[0], Layout.RowMajor), y = plan.Output(Outputs[0], Layout.RowMajor);
        ReduceJob job = new()
        {
            Function = function,
            Outer = shape.ElementCountOf(0, (int)axes[0]),
            Reduced = shape.ElementCountOf((int)axes[0], (int)axes[^1] + 1),
            Inner = shape.ElementCountOf((int)axes[^1] + 1, shape.Rank),
        };
        plan.Step($"f32-reduce-{function.ToString().ToLowerInvariant()}", frame =>
        {
            ReduceJob run = job;
            run.Source = (float*)frame[x];
            run.Target = (float*)frame[y];
            run.Run(frame);
        });
        return true;
    }
}
