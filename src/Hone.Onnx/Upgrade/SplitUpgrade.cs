namespace Hone.Onnx.Upgrade;

/// <summary>Split: opset 13 made the sizes an input; opset 18 wants the number of equal parts said where there are no sizes.</summary>
internal static class SplitUpgrade
{
    internal static void SizesToInput(NodeForm form) => form.MoveIntsToInput("split", 1);

    internal static void CountOutputs(NodeForm form)
    {
        if (form.Input(1) is null)
            form.Attributes = form.Attributes.With("num_outputs", form.Outputs.Count);
    }
}
