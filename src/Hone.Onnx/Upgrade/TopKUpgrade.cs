using Hone.Tensors;

namespace Hone.Onnx.Upgrade;

/// <summary>TopK, opset 10: k became an input.</summary>
internal static class TopKUpgrade
{
    internal static void CountToInput(NodeForm form)
    {
        form.SetInput(1, form.Constant("k", Tensor.Vector(form.Attributes.RequireInt("k"))));
        form.Attributes = form.Attributes.Without("k");
    }
}
