using Hone.Tensors;

namespace Hone.Onnx.Upgrade;

/// <summary>Dropout, opset 12: the ratio became an input. Without the third input, training mode, it stays an identity.</summary>
internal static class DropoutUpgrade
{
    internal static void RatioToInput(NodeForm form)
    {
        if (form.Attributes.Contains("ratio"))
            form.SetInput(1, form.Constant("ratio", Tensor.Scalar(form.Attributes.GetFloat("ratio", 0.5f))));
        form.Attributes = form.Attributes.Without("ratio");
    }
}
