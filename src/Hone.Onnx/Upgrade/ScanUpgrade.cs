namespace Hone.Onnx.Upgrade;

/// <summary>Scan, opset 9: the batch dimension and the sequence lengths went away. The earlier operator is another one, and no exporter in use writes it.</summary>
internal static class ScanUpgrade
{
    internal static void Refuse(NodeForm form) => throw form.Unsupported("Scan of opset 8, with a batch dimension, is not supported");
}
