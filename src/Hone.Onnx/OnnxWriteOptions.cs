namespace Hone.Onnx;

/// <summary>How an ONNX model is written.</summary>
public sealed record OnnxWriteOptions
{
    /// <value>The default options.</value>
    public static OnnxWriteOptions Default { get; } = new();

    /// <value>The lowest opset to ask for, 13 to 27, default 13. The file asks for a higher one where its nodes and types need it.</value>
    public int MinimumOpset { get; init; } = 13;

    /// <value>
    /// Whether the large constants go into a second file, named after the model with <c>.data</c> at the end. Default false; a model of more than
    /// 2 GB is always written so, because the format has no other way.
    /// </value>
    public bool UseExternalData { get; init; }

    /// <value>Constants of fewer bytes stay in the model file. Default 1024.</value>
    public int ExternalDataThreshold { get; init; } = 1024;
}
