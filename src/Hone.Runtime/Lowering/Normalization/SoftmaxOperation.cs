using Hone.Runtime.Execution;
using Hone.Runtime.Planning;

namespace Hone.Runtime.Lowering.Normalization;

/// <summary>Softmax of rows: the last dimension row-major, or the channels channels-last.</summary>
internal sealed unsafe class SoftmaxOperation(NodeGroup group, int axis, RowFunction function) : Operation(group)
{
    protected override bool TryPlan(PlanBuilder plan)
    {
        Layout layout = axis == OutputShape(plan).Rank - 1 ? Layout.RowMajor : Layout.ChannelsLast;
        Operand x = plan.Input(Inputs[0], layout), y = plan.Output(Outputs[0], layout, false, x);
        int length = checked((int)x.Shape[axis]);
        RowJob job = new() { Function = function, Length = length, Rows = x.ElementCount / length };
        plan.Step(function == RowFunction.Softmax ? "f32-softmax" : "f32-log-softmax", frame =>
        {
            RowJob run = job;
            run.Source = (float*)frame[x];
            run.Target = (float*)frame[y];
            run.Run(frame);
        });
        return true;
    }
}
