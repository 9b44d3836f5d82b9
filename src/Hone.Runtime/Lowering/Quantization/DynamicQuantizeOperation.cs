using Hone.Kernels.Quantization;
using Hone.Kernels.Threading;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;

namespace Hone.Runtime.Lowering.Quantization;

/// <summary>Finds scale and zero point of the whole tensor, then quantizes it to u8.</summary>
internal sealed unsafe class DynamicQuantizeOperation(NodeGroup group) : Operation(group)
{
    protected override bool TryPlan(PlanBuilder plan)
    {
        Operand x = plan.Input(Inputs[0], plan.LayoutOf(Inputs[0])), codes = plan.Output(Outputs[0], x.Layout);
        Operand scale = plan.Output(Outputs[1], Layout.RowMajor), zeroPoint = plan.Output(Outputs[2], Layout.RowMajor);
        nint count = (nint)x.ElementCount;
        int blocks = ElementBlocks.Count(count);
        plan.Step("u8-dynamic-quantize", frame =>
        {
            float* numbers = (float*)frame[x];
            (float min, float max) = QuantizeLinear.Range(numbers, count);
            (float s, int z) = QuantizeLinear.Parameters(min, max);
            *(float*)frame[scale] = s;
            *frame[zeroPoint] = (byte)z;
            QuantizeJob run = new() { Numbers = numbers, Codes = frame[codes], Count = count, Scale = s, ZeroPoint = z };
            WorkerPool.Shared.Run(ref run, blocks, frame.MaxThreads);
        });
        return true;
    }
}
