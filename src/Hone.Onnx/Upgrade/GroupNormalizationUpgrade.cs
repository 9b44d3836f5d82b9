using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Onnx.Upgrade;

/// <summary>GroupNormalization, opset 21: scale and bias are per channel; before they were per group.</summary>
internal static class GroupNormalizationUpgrade
{
    internal static void GroupsToChannels(NodeForm form)
    {
        long groups = form.Attributes.RequireInt("num_groups");
        if (groups <= 0)
            throw new ModelFormatException(form.Name, form.OperatorName, $"num_groups is {groups}.");
        Value channels = form.Node("Shape", [form.RequireInput(0)], AttributeMap.Of(("start", 1), ("end", 2)));
        Value groupCount = form.Constant("groups", Tensor.Vector(groups));
        Value perGroup = form.Node("Div", [channels, groupCount]);
        Value expanded = form.Node("Concat", [groupCount, perGroup], AttributeMap.Of(("axis", 0)));
        for (int i = 1; i <= 2; i++)
        {
            Value column = form.Node("Reshape", [form.RequireInput(i), form.Constant("column", Tensor.Vector<long>(-1, 1))]);
            Value repeated = form.Node("Expand", [column, expanded]);
            form.SetInput(i, form.Node("Reshape", [repeated, form.Constant("flat", Tensor.Vector(-1L))]));
        }
    }
}
