using Hone.Graphs;

namespace Hone.Onnx.Upgrade;

/// <summary>
/// Softmax, LogSoftmax and Hardmax, opset 13: the axis is the one that is normalized; before, the input was flattened to 2-D at the axis and
/// everything behind it normalized at once.
/// </summary>
internal static class SoftmaxUpgrade
{
    internal static void KeepFlatteningFromAxis(NodeForm form)
    {
        Value input = form.RequireInput(0);
        long axis = form.Attributes.GetInt("axis", 1);
        if (axis == -1 || (input.Shape is { } shape && axis == shape.Rank - 1))
        {
            form.Attributes = AttributeMap.Of(("axis", -1));
            return;
        }

        Value dimensions = form.Node("Shape", [input]);
        Value matrix = form.Node("Flatten", [input], AttributeMap.Of(("axis", axis)));
        Value normalized = form.Node(form.OperatorName, [matrix], AttributeMap.Of(("axis", -1)));
        form.OperatorName = "Reshape";
        form.Attributes = AttributeMap.Empty;
        form.SetInput(0, normalized);
        form.SetInput(1, dimensions);
    }
}
