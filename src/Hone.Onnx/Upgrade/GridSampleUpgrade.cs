namespace Hone.Onnx.Upgrade;

/// <summary>GridSample, opset 20: bilinear and bicubic became linear and cubic when volumes came in.</summary>
internal static class GridSampleUpgrade
{
    internal static void RenameModes(NodeForm form) => form.Attributes = form.Attributes.With("mode", form.Attributes.GetString("mode", "bilinear") switch
    {
        "bilinear" => "linear",
        "bicubic" => "cubic",
        string mode => mode,
    });
}
