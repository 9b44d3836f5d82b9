using Hone.Graphs;
using Hone.Kernels.Quantization;
using Hone.Kernels.Threading;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;

namespace Hone.Runtime.Lowering.Quantization;

/// <summary>Finds scale and zero point of the whole tensor, then quantizes it to u8.</summary>
internal sealed unsafe class DynamicQuantizeOperation(NodeGroup group) : Operation(group)
{
    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid) =>
        plan.ShapeOf(Inputs[0]) is { } shape && grid.LeadingAxes(shape) >= 0 ? Inputs : null;

    /// <summary>Scale and zero point belong to all tokens together.</summary>
    internal override IReadOnlyList<Value> TokenOutputs => [Outputs[0]];

    protected override bool TryPlan(PlanBuilder plan)
    {
        Operand x = plan.Input(Inputs[0], plan.LayoutOf(Inputs[0])), codes = plan.Output(Outputs[0], x.Layout);
        Operand scale = plan.Output(Outputs[1], Layout.RowMajor), zeroPoint = plan.Output(Outputs[2], Layout.RowMajor);
        RowCount elements = plan.Rows(x.ElementCount);
        plan.Step("u8-dynamic-quantize", frame =>
        {
            float* numbers = (float*)frame[x];
            nint count = (nint)elements.In(frame);
            (float min, float max) = QuantizeLinear.Range(numbers, count);
            (float s, int z) = QuantizeLinear.Parameters(min, max);
            *(float*)frame[scale] = s;
            *frame[zeroPoint] = (byte)z;
            QuantizeJob run = new() { Numbers = numbers, Codes = frame[codes], Count = count, Scale = s, ZeroPoint = z };
            WorkerPool.Shared.Run(ref run, ElementBlocks.Count(count), frame.MaxThreads);
        });
        return true;
    }
}
