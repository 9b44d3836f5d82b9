using Hone.Graphs;
using Hone.Kernels.Elementwise;
using Hone.Kernels.Threading;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>y = f(a, b) with broadcasting, channels-last where one side is so and the other fits.</summary>
internal sealed unsafe class BinaryOperationStep(NodeGroup group, BinaryOperation function, Value left, Value right) : Operation(group)
{
    private string KernelId => $"f32-{function.ToString().ToLowerInvariant()}";

    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid) => TokenBroadcast.Inputs(plan, grid, [left, right], Outputs[0]);

    protected override bool TryPlan(PlanBuilder plan)
    {
        TensorShape output = OutputShape(plan);
        Layout layout = BroadcastLayout.Choose(plan, [left, right], output);
        TensorShape l = BroadcastLayout.Padded(plan.ShapeOf(left)!, output.Rank), r = BroadcastLayout.Padded(plan.ShapeOf(right)!, output.Rank);
        Broadcast? broadcast = Broadcast.Of(l, r, output, layout);
        if (broadcast is null)
            return false;
        Operand a = BroadcastLayout.Read(plan, left, output, layout), b = BroadcastLayout.Read(plan, right, output, layout);
        Operand y = plan.Output(Outputs[0], layout, false, a, b);
        if (broadcast.IsFlat)
            PlanFlat(plan, a, b, y);
        else
            PlanBroadcast(plan, broadcast, a, b, y);
        return true;
    }

    private void PlanFlat(PlanBuilder plan, Operand a, Operand b, Operand y)
    {
        BinaryJob job = new()
        {
            Function = function,
            LeftIsScalar = a.ElementCount == 1 && y.ElementCount > 1, RightIsScalar = b.ElementCount == 1 && y.ElementCount > 1,
        };
        RowCount elements = plan.Rows(y.ElementCount);
        plan.Step(KernelId, frame =>
        {
            BinaryJob run = job;
            run.Left = (float*)frame[a];
            run.Right = (float*)frame[b];
            run.Target = (float*)frame[y];
            run.Count = (nint)elements.In(frame);
            WorkerPool.Shared.Run(ref run, ElementBlocks.Count(run.Count), frame.MaxThreads);
        });
    }

    private void PlanBroadcast(PlanBuilder plan, Broadcast broadcast, Operand a, Operand b, Operand y)
    {
        BroadcastJob job = BroadcastJob.Create(function, broadcast.Sizes, broadcast.LeftStrides, broadcast.RightStrides);
        int outermost = broadcast.Outermost;
        RowCount entries = plan.Rows(broadcast.Sizes[outermost]);
        plan.Step($"{KernelId}-broadcast", frame =>
        {
            BroadcastJob run = job;
            run.Sizes[outermost] = entries.In(frame);
            run.Left = (float*)frame[a];
            run.Right = (float*)frame[b];
            run.Target = (float*)frame[y];
            WorkerPool.Shared.Run(ref run, run.Items, frame.MaxThreads);
        });
    }
}
