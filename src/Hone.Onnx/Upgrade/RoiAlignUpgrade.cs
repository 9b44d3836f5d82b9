namespace Hone.Onnx.Upgrade;

/// <summary>RoiAlign, opset 16: coordinates are shifted by half a pixel unless said otherwise; before, they were not.</summary>
internal static class RoiAlignUpgrade
{
    internal static void SpellOutMeaning(NodeForm form) => form.Attributes = form.Attributes.With("coordinate_transformation_mode", "output_half_pixel");
}
