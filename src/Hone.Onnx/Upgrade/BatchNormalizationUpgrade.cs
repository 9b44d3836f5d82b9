namespace Hone.Onnx.Upgrade;

/// <summary>BatchNormalization: opset 9 took away per-element statistics, opset 14 the outputs that only training used.</summary>
internal static class BatchNormalizationUpgrade
{
    internal static void DropSpatial(NodeForm form)
    {
        if (!form.Attributes.GetBool("spatial", true))
            throw form.Unsupported("spatial = 0 (statistics per element) exists only before opset 9");
        form.Attributes = form.Attributes.Without("spatial");
    }

    /// <summary>Running statistics and batch statistics beyond the first output: what reads them is reported as reading a missing value.</summary>
    internal static void DropTrainingOutputs(NodeForm form)
    {
        if (form.Outputs.Count > 1)
            form.Outputs.RemoveRange(1, form.Outputs.Count - 1);
    }
}
