using Hone.Kernels.Elementwise;
using Hone.Kernels.Threading;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>y[i] = f(x[i]) in whatever layout x has.</summary>
internal sealed unsafe class UnaryOperationStep(NodeGroup group, Activation function) : Operation(group)
{
    protected override bool TryPlan(PlanBuilder plan)
    {
        Operand x = plan.Input(Inputs[0], plan.LayoutOf(Inputs[0]));
        Operand y = plan.Output(Outputs[0], x.Layout, false, x);
        UnaryJob job = new() { Function = function, Count = (nint)x.ElementCount };
        int blocks = ElementBlocks.Count(job.Count);
        plan.Step($"f32-{function.Operation.ToString().ToLowerInvariant()}", frame =>
        {
            UnaryJob run = job;
            run.Source = (float*)frame[x];
            run.Target = (float*)frame[y];
            WorkerPool.Shared.Run(ref run, blocks, frame.MaxThreads);
        });
        return true;
    }
}
