namespace Hone.Onnx.Upgrade;

/// <summary>Squeeze, Unsqueeze and the reductions: the axes became an input, so that they can be computed.</summary>
internal static class AxesUpgrade
{
    internal static void ToInput(NodeForm form) => form.MoveIntsToInput("axes", 1);
}
