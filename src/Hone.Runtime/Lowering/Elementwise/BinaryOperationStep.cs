using Hone.Graphs;
using Hone.Kernels.Elementwise;
using Hone.Kernels.Threading;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>y = f(a, b) with broadcasting, channels-last where one side is so and the other fits.</summary>
internal sealed unsafe class BinaryOperationStep(NodeGroup group, BinaryOperation function, Value left, Value right) : Operation(group)
{
    private string KernelId => $"f32-{function.ToString().ToLowerInvariant()}";

    protected override bool TryPlan(PlanBuilder plan)
    {
        TensorShape output = OutputShape(plan);
        Layout layout = ChooseLayout(plan, output);
        Broadcast? broadcast = Broadcast.Of(Padded(plan.ShapeOf(left)!, output.Rank), Padded(plan.ShapeOf(right)!, output.Rank), output, layout);
        if (broadcast is null)
            return false;
        Operand a = Operand(plan, left, output, layout), b = Operand(plan, right, output, layout);
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
            Function = function, Count = (nint)y.ElementCount,
            LeftIsScalar = a.ElementCount == 1 && y.ElementCount > 1, RightIsScalar = b.ElementCount == 1 && y.ElementCount > 1,
        };
        int blocks = ElementBlocks.Count(job.Count);
        plan.Step(KernelId, frame =>
        {
            BinaryJob run = job;
            run.Left = (float*)frame[a];
            run.Right = (float*)frame[b];
            run.Target = (float*)frame[y];
            WorkerPool.Shared.Run(ref run, blocks, frame.MaxThreads);
        });
    }

    private void PlanBroadcast(PlanBuilder plan, Broadcast broadcast, Operand a, Operand b, Operand y)
    {
        BroadcastJob job = BroadcastJob.Create(function, broadcast.Sizes, broadcast.LeftStrides, broadcast.RightStrides);
        plan.Step($"{KernelId}-broadcast", frame =>
        {
            BroadcastJob run = job;
            run.Left = (float*)frame[a];
            run.Right = (float*)frame[b];
            run.Target = (float*)frame[y];
            WorkerPool.Shared.Run(ref run, run.Items, frame.MaxThreads);
        });
    }

    /// <summary>Channels-last if a side of full shape is, and the other side is so too, has as many dimensions, or lies the same in both layouts.</summary>
    private Layout ChooseLayout(PlanBuilder plan, TensorShape output)
    {
        if (output.Rank < 3)
            return Layout.RowMajor;
        bool leads = IsLeader(left) || IsLeader(right);
        return leads && Fits(left) && Fits(right) ? Layout.ChannelsLast : Layout.RowMajor;

        bool IsLeader(Value value) => plan.ConstantOf(value) is null && plan.LayoutOf(value) == Layout.ChannelsLast && plan.ShapeOf(value)!.Equals(output);
        bool Fits(Value value) => plan.ShapeOf(value)!.Rank == output.Rank || LayoutShapes.IsSameInBoth(Padded(plan.ShapeOf(value)!, output.Rank));
    }

    /// <summary>A side of fewer dimensions lies the same in both layouts once it is padded with ones.</summary>
    private static Operand Operand(PlanBuilder plan, Value value, TensorShape output, Layout layout) =>
        plan.Input(value, plan.ShapeOf(value)!.Rank == output.Rank ? layout : Layout.RowMajor);

    private static TensorShape Padded(TensorShape shape, int rank) => new([.. Enumerable.Repeat(1L, rank - shape.Rank), .. shape]);
}
