using Hone.Graphs;
using Hone.Kernels.Elementwise;
using Hone.Kernels.Threading;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>y[i] = f(x[i]) in whatever layout x has.</summary>
internal sealed unsafe class UnaryOperationStep(NodeGroup group, Activation function) : Operation(group)
{
    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid) => TokenBroadcast.Inputs(plan, grid, Inputs, Outputs[0]);

    protected override bool TryPlan(PlanBuilder plan)
    {
        Operand x = plan.Input(Inputs[0], plan.LayoutOf(Inputs[0]));
        Operand y = plan.Output(Outputs[0], x.Layout, false, x);
        RowCount elements = plan.Rows(x.ElementCount);
        Activation activation = function;
        plan.Step($"f32-{function.Operation.ToString().ToLowerInvariant()}", frame =>
        {
            UnaryJob run = new() { Function = activation, Source = (float*)frame[x], Target = (float*)frame[y], Count = (nint)elements.In(frame) };
            WorkerPool.Shared.Run(ref run, ElementBlocks.Count(run.Count), frame.MaxThreads);
        });
        return true;
    }
}
