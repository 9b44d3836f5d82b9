using Hone.Tensors;

namespace Hone.Onnx.Upgrade;

/// <summary>DFT, opset 20: the axis became an input, and its default changed from 1 to -2.</summary>
internal static class DftUpgrade
{
    internal static void AxisToInput(NodeForm form)
    {
        form.SetInput(2, form.Constant("axis", Tensor.Scalar(form.Attributes.GetInt("axis", 1))));
        form.Attributes = form.Attributes.Without("axis");
    }
}
