using Hone.Graphs;
using Hone.Kernels.Threading;
using Hone.Runtime.Execution;
using Hone.Runtime.Lowering.Elementwise;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;

namespace Hone.Runtime.Lowering.Quantization;

/// <summary>float32 to 8-bit codes or back, in whatever layout the input has.</summary>
internal sealed unsafe class QuantizeOperation(NodeGroup group, QuantizationParameters parameters, bool dequantizes) : Operation(group)
{
    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid) => TokenBroadcast.Inputs(plan, grid, Inputs, Outputs[0]);

    protected override bool TryPlan(PlanBuilder plan)
    {
        Operand x = plan.Input(Inputs[0], plan.LayoutOf(Inputs[0])), y = plan.Output(Outputs[0], x.Layout);
        QuantizeJob job = new()
        {
            Scale = parameters.Scale, ZeroPoint = parameters.ZeroPoint, IsSigned = parameters.IsSigned, Dequantizes = dequantizes,
        };
        RowCount elements = plan.Rows(x.ElementCount);
        (Operand numbers, Operand codes) = dequantizes ? (y, x) : (x, y);
        string type = parameters.IsSigned ? "s8" : "u8";
        plan.Step(dequantizes ? $"{type}-dequantize" : $"{type}-quantize", frame =>
        {
            QuantizeJob run = job;
            run.Numbers = (float*)frame[numbers];
            run.Codes = frame[codes];
            run.Count = (nint)elements.In(frame);
            WorkerPool.Shared.Run(ref run, ElementBlocks.Count(run.Count), frame.MaxThreads);
        });
        return true;
    }
}
