using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary>The input under another shape; no step at run time, unless the input must be turned to row-major order first.</summary>
internal sealed class ViewOperation(NodeGroup group) : Operation(group)
{
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
