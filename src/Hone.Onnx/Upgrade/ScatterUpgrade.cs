namespace Hone.Onnx.Upgrade;

/// <summary>Scatter, opset 11: renamed to ScatterElements, nothing else.</summary>
internal static class ScatterUpgrade
{
    internal static void Keep(NodeForm form)
    {
    }
}
