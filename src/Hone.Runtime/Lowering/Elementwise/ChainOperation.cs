using Hone.Graphs;
using Hone.Kernels.Threading;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>A chain of elementwise functions in one step, in whatever layout its source has.</summary>
internal sealed unsafe class ChainOperation(NodeGroup group, Value source, ChainStep[] steps) : Operation(group)
{
    private readonly string _kernelId = $"f32-chain-{string.Join('-', steps.Select(s => s.Id))}";

    protected override bool TryPlan(PlanBuilder plan)
    {
        TensorShape output = OutputShape(plan);
        if (!Inputs.All(i => plan.ShapeOf(i)!.Equals(output)))
            return false;
        Layout layout = BroadcastLayout.Choose(plan, Inputs, output);
        Operand x = plan.Input(source, layout);
        Operand?[] others = Array.ConvertAll(steps, s => s.Other is null ? null : plan.Input(s.Other, s.OtherIsScalar ? Layout.RowMajor : layout));

        // Only what the first function reads may be overwritten: the others are read when the target has values already.
        Operand y = others[0] is { } other && !steps[0].OtherIsScalar ? plan.Output(Outputs[0], layout, false, x, other) : plan.Output(Outputs[0], layout, false, x);
        ChainJob job = new(steps, (nint)y.ElementCount);
        plan.Step(_kernelId, frame =>
        {
            ChainJob run = job;
            run.Source = (float*)frame[x];
            run.Target = (float*)frame[y];
            for (int i = 0; i < others.Length; i++)
            {
                if (others[i] is { } place)
                    run.SetOther(i, frame[place]);
            }

            WorkerPool.Shared.Run(ref run, run.Items, frame.MaxThreads);
        });
        return true;
    }
}
