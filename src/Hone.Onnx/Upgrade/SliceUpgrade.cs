namespace Hone.Onnx.Upgrade;

/// <summary>Slice, opset 10: starts, ends and axes became inputs.</summary>
internal static class SliceUpgrade
{
    internal static void AttributesToInputs(NodeForm form)
    {
        form.MoveIntsToInput("starts", 1);
        form.MoveIntsToInput("ends", 2);
        form.MoveIntsToInput("axes", 3);
    }
}
