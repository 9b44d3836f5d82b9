namespace Hone.Onnx.Upgrade;

/// <summary>Pad, opset 11: the pads and the fill value became inputs.</summary>
internal static class PadUpgrade
{
    internal static void AttributesToInputs(NodeForm form)
    {
        form.MoveIntsToInput("pads", 1);
        if (form.Attributes.Contains("value"))
            form.SetInput(2, form.ScalarLike(form.RequireInput(0), "value", form.Attributes.GetFloat("value", 0)));
        form.Attributes = form.Attributes.Without("value");
    }
}
