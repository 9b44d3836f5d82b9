namespace Hone.Onnx.Upgrade;

/// <summary>Clip, opset 11: the bounds became inputs. A bound that is not given stays left out.</summary>
internal static class ClipUpgrade
{
    internal static void AttributesToInputs(NodeForm form)
    {
        Move(form, "min", 1);
        Move(form, "max", 2);
    }

    private static void Move(NodeForm form, string attribute, int input)
    {
        if (!form.Attributes.Contains(attribute))
            return;
        form.SetInput(input, form.ScalarLike(form.RequireInput(0), attribute, form.Attributes.GetFloat(attribute, 0)));
        form.Attributes = form.Attributes.Without(attribute);
    }
}
