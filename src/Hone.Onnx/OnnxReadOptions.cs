using Hone.Operators;

namespace Hone.Onnx;

/// <summary>How an ONNX model is read.</summary>
public sealed record OnnxReadOptions
{
    /// <value>The default options.</value>
    public static OnnxReadOptions Default { get; } = new();

    /// <value>The known operators; null takes <see cref="OperatorTable.Standard"/>.</value>
    public OperatorTable? Operators { get; init; }

    /// <value>
    /// The folder of the files that hold external data. Null takes the folder of the model file; a model that is read from a stream or from memory
    /// has none, and may then not refer to external data.
    /// </value>
    public string? ExternalDataDirectory { get; init; }
}
