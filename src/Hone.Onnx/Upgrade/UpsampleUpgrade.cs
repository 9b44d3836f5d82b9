using Hone.Tensors;

namespace Hone.Onnx.Upgrade;

/// <summary>Upsample: opset 9 made the scales an input; opset 10 renamed the operator to Resize, which may shrink too.</summary>
internal static class UpsampleUpgrade
{
    internal static void ScalesToInput(NodeForm form)
    {
        float[] scales = form.Attributes.GetFloats("scales") ?? throw new ModelFormatException(form.Name, form.OperatorName, "the scales are missing.");
        form.SetInput(1, form.Constant("scales", Tensor.Vector<float>(scales)));
        form.Attributes = form.Attributes.Without("scales");
    }

    internal static void ToResize(NodeForm form)
    {
        // The first files wrote PyTorch's name of the mode.
        if (form.Attributes.GetString("mode", "nearest") == "bilinear")
            form.Attributes = form.Attributes.With("mode", "linear");
    }
}
