using System.Collections.ObjectModel;

namespace Hone;

/// <summary>What a model file says about the model, kept from import to export.</summary>
public sealed record ModelMetadata
{
    /// <value>Nothing is said.</value>
    public static ModelMetadata Empty { get; } = new();

    /// <value>The tool that wrote the model.</value>
    public string ProducerName { get; init; } = "";

    /// <value>Version of that tool.</value>
    public string ProducerVersion { get; init; } = "";

    /// <value>Reverse-DNS name of the model's owner.</value>
    public string Domain { get; init; } = "";

    /// <value>Version of the model itself.</value>
    public long ModelVersion { get; init; }

    /// <value>A description for people.</value>
    public string Description { get; init; } = "";

    /// <value>Free key-value pairs (ONNX <c>metadata_props</c>).</value>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
