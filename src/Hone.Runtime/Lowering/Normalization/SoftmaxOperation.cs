using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;

namespace Hone.Runtime.Lowering.Normalization;

/// <summary>Softmax of rows: the last dimension row-major, or the channels channels-last.</summary>
internal sealed unsafe class SoftmaxOperation(NodeGroup group, int axis, RowFunction function) : Operation(group)
{
    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid) =>
        plan.ShapeOf(Inputs[0]) is { } shape && axis == shape.Rank - 1 && grid.LeadingAxes(shape) is >= 0 and var axes && axes <= axis ? Inputs : null;

    protected override bool TryPlan(PlanBuilder plan)
    {
        Layout layout = axis == OutputShape(plan).Rank - 1 ? Layout.RowMajor : Layout.ChannelsLast;
        Operand x = plan.Input(Inputs[0], layout), y = plan.Output(Outputs[0], layout, false, x);
        int length = checked((int)x.Shape[axis]);
        RowJob job = new() { Function = function, Length = length };
        RowCount rows = plan.Rows(x.ElementCount / length);
        plan.Step(function == RowFunction.Softmax ? "f32-softmax" : "f32-log-softmax", frame =>
        {
            RowJob run = job;
            run.Source = (float*)frame[x];
            run.Target = (float*)frame[y];
            run.Rows = rows.In(frame);
            run.Run(frame);
        });
        return true;
    }
}
