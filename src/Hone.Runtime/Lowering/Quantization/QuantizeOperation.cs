using Hone.Kernels.Threading;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;

namespace Hone.Runtime.Lowering.Quantization;

/// <summary>float32 to 8-bit codes or back, in whatever layout the input has.</summary>
internal sealed unsafe class QuantizeOperation(NodeGroup group, QuantizationParameters parameters, bool dequantizes) : Operation(group)
{
    protected override bool TryPlan(PlanBuilder plan)
    {
        Operand x = plan.Input(Inputs[0], plan.LayoutOf(Inputs[0])), y = plan.Output(Outputs[0], x.Layout);
        QuantizeJob job = new()
        {
            Scale = parameters.Scale, ZeroPoint = parameters.ZeroPoint, IsSigned = parameters.IsSigned, Dequantizes = dequantizes, Count = (nint)x.ElementCount,
        };
        int blocks = ElementBlocks.Count(job.Count);
        (Operand numbers, Operand codes) = dequantizes ? (y, x) : (x, y);
        string type = parameters.IsSigned ? "s8" : "u8";
        plan.Step(dequantizes ? $"{type}-dequantize" : $"{type}-quantize", frame =>
        {
            QuantizeJob run = job;
            run.Numbers = (float*)frame[numbers];
            run.Codes = frame[codes];
            WorkerPool.Shared.Run(ref run, blocks, frame.MaxThreads);
        });
        return true;
    }
}
