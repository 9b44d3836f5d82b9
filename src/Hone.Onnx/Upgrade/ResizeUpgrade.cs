using Hone.Graphs;

namespace Hone.Onnx.Upgrade;

/// <summary>Resize: opset 11 added the choice of coordinates and the region of interest; opset 13 lets unused inputs be left out.</summary>
internal static class ResizeUpgrade
{
    /// <summary>Opset 10 is (X, scales) and maps coordinates by a plain division, rounded down.</summary>
    internal static void SpellOutMeaning(NodeForm form)
    {
        Value scales = form.RequireInput(1);
        form.SetInput(1, null);
        form.SetInput(2, scales);
        form.Attributes = form.Attributes.With("coordinate_transformation_mode", "asymmetric").With("nearest_mode", "floor");
    }

    /// <summary>Opsets 11 and 12 pass empty tensors for the region and the scales where they are not used, and know a mode that nothing newer can say.</summary>
    internal static void DropEmptyInputs(NodeForm form)
    {
        if (form.Attributes.GetString("coordinate_transformation_mode", "") == "tf_half_pixel_for_nn")
            throw form.Unsupported("the mode tf_half_pixel_for_nn left ONNX with opset 13");
        for (int i = 1; i < form.Inputs.Count; i++)
        {
            if (form.Inputs[i]?.Constant is { ElementCount: 0 })
                form.Inputs[i] = null;
        }
    }
}
