using Hone.Graphs;
using Hone.Kernels.Quantization;
using Hone.Kernels.Threading;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;

namespace Hone.Runtime.Lowering.Quantization;

/// <summary>A sum or product of u8 codes of one shape.</summary>
internal sealed unsafe class QuantizedBinaryOperation(NodeGroup group, Int8BinaryParameters parameters, bool multiplies) : Operation(group)
{
    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid) =>
        plan.ShapeOf(Inputs[0]) is { } shape && shape.Equals(plan.ShapeOf(Inputs[1])) && grid.LeadingAxes(shape) >= 0 ? Inputs : null;

    protected override bool TryPlan(PlanBuilder plan)
    {
        if (!plan.ShapeOf(Inputs[0])!.Equals(plan.ShapeOf(Inputs[1])))
            return false;
        Layout layout = plan.LayoutOf(Inputs[0]) == Layout.ChannelsLast ? Layout.ChannelsLast : plan.LayoutOf(Inputs[1]);
        Operand a = plan.Input(Inputs[0], layout), b = plan.Input(Inputs[1], layout), y = plan.Output(Outputs[0], layout, false, a, b);
        Int8BinaryJob job = new() { Parameters = parameters, Multiplies = multiplies };
        RowCount elements = plan.Rows(y.ElementCount);
        plan.Step(multiplies ? "u8-mul" : "u8-add", frame =>
        {
            Int8BinaryJob run = job;
            run.Left = frame[a];
            run.Right = frame[b];
            run.Target = frame[y];
            run.Count = (nint)elements.In(frame);
            WorkerPool.Shared.Run(ref run, ElementBlocks.Count(run.Count), frame.MaxThreads);
        });
        return true;
    }
}
