using Hone.Onnx.Protobuf;

namespace Hone.Onnx.Import;

/// <summary>The versions of the operator sets that a model or function asks for.</summary>
internal sealed class Opsets
{
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);

    /// <exception cref="ModelFormatException">The version of the standard operator set is missing or impossible.</exception>
    internal static Opsets Read(IEnumerable<OperatorSetIdProto> imports)
    {
        Opsets opsets = new();
        foreach (OperatorSetIdProto import in imports)
            opsets._versions[OnnxFormat.NormalizeDomain(import.Domain)] = import.Version;
        if (opsets._versions.Count == 0)
            throw new ModelFormatException("The model names no operator set.");
        // A model, or a function, of other domains only never asks for the standard one.
        if (opsets._versions.TryGetValue("", out long version) && version is < 1 or > OnnxFormat.NewestOpset)
            throw new ModelFormatException($"The model asks for opset {version}; Hone reads {OnnxFormat.OldestOpset} to {OnnxFormat.NewestOpset}.");
        return opsets;
    }

    /// <summary>The version of a domain's operator set, or null when the model does not import it.</summary>
    internal long? Find(string domain) => _versions.TryGetValue(OnnxFormat.NormalizeDomain(domain), out long version) ? version : null;
}
