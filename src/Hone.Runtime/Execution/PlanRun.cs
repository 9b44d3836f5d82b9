using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Execution;

/// <summary>One run of a plan: tensors in, steps, tensors out.</summary>
internal static class PlanRun
{
    /// <summary>Tensors for the outputs whose shapes are known; null for the others.</summary>
    internal static Tensor?[] NewOutputs(Plan plan) =>
        [.. plan.Outputs.Select(o => o.DynamicIndex < 0 ? new Tensor(o.Value.DataType, o.Shape!) : null)];

    /// <summary>Binds the frame and runs all steps; allocates nothing.</summary>
    internal static void Execute(Plan plan, Frame frame, Tensor[] inputs, Tensor?[] outputs, CancellationToken cancellationToken)
    {
        frame.CancellationToken = cancellationToken;
        frame.Bind(inputs, outputs);
        plan.Execute(frame);
    }

    /// <summary>All outputs as tensors that the caller owns.</summary>
    internal static IReadOnlyList<Tensor> TakeOutputs(Plan plan, Frame frame, Tensor?[] outputs)
    {
        Tensor[] taken = new Tensor[outputs.Length];
        for (int i = 0; i < taken.Length; i++)
            taken[i] = outputs[i] ?? frame.TakeDynamicTensor(plan.Outputs[i].DynamicIndex);
        return taken;
    }
}
