using Hone.Graphs;
using Hone.Kernels.Elementwise;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>y = f(a, b, c) with broadcasting, for functions and element types without a kernel of their own.</summary>
internal sealed unsafe class RowsOperation(NodeGroup group, string kernelId, RowKernel kernel) : Operation(group)
{
    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid) =>
        TokenBroadcast.Inputs(plan, grid, [.. Group.Anchor.Inputs.OfType<Value>()], Outputs[0]);

    protected override bool TryPlan(PlanBuilder plan)
    {
        Value[] arguments = [.. Group.Anchor.Inputs.OfType<Value>()];
        TensorShape output = OutputShape(plan);
        if (arguments.Any(a => plan.ShapeOf(a) is null))
            return false;
        Layout layout = BroadcastLayout.Choose(plan, arguments, output);
        if (RowsShape.Of([.. arguments.Select(a => BroadcastLayout.Padded(plan.ShapeOf(a)!, output.Rank))], output, layout) is not { } shape)
            return false;
        Operand[] operands = [.. arguments.Select(a => BroadcastLayout.Read(plan, a, output, layout))];
        Operand[] replaceable = [.. operands.Where(o => o.DataType.BitWidth() == Outputs[0].DataType.BitWidth())];
        Operand y = plan.Output(Outputs[0], layout, false, replaceable);
        RowsJob job = RowsJob.Create(kernel, shape, [.. operands.Select(o => o.DataType.BitWidth() / 8)], y.DataType.BitWidth() / 8);
        RowCount entries = plan.Rows(job.Entries);
        Operand a = operands[0], b = operands[Math.Min(1, operands.Length - 1)], c = operands[^1];
        plan.Step(kernelId, frame =>
        {
            RowsJob run = job;
            run.A = frame[a];
            run.B = frame[b];
            run.C = frame[c];
            run.Target = frame[y];
            run.Entries = entries.In(frame);
            run.Run(frame);
        });
        return true;
    }
}
