using Hone.Graphs;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary>The input under another shape; no step at run time, unless the input must be turned to row-major order first.</summary>
internal sealed class ViewOperation(NodeGroup group) : Operation(group)
{
    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid) =>
        plan.ShapeOf(Inputs[0]) is { } shape && shape.ElementCount == OutputShape(plan).ElementCount && shape.ElementCount % grid.Count == 0 ? [Inputs[0]] : null;

    protected override bool TryPlan(PlanBuilder plan)
    {
        TensorShape input = plan.ShapeOf(Group.Anchor.Inputs[0]!)!, output = OutputShape(plan);
        if (input.ElementCount != output.ElementCount)
            return false;
        Layout layout = plan.LayoutOf(Inputs[0]);
        bool keepsChannels = layout == Layout.ChannelsLast && output.Rank >= 3 && output[0] == input[0] && output[1] == input[1];
        plan.View(Outputs[0], plan.Input(Inputs[0], keepsChannels ? Layout.ChannelsLast : Layout.RowMajor), keepsChannels ? Layout.ChannelsLast : Layout.RowMajor);
        return true;
    }
}
