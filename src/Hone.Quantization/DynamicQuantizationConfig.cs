using Hone.Graphs;

namespace Hone.Quantization;

/// <summary>Dynamic quantization: weights as 8-bit integers, activations quantized while the model runs. No data are needed.</summary>
public sealed record DynamicQuantizationConfig
{
    /// <value>Whether weights have a scale for each output channel. Default true.</value>
    public bool IsPerChannel { get; init; } = true;

    /// <value>
    /// Whether the weights of convolutions, recurrent layers and embeddings, which compute in float32, are stored as integers too, so that the file
    /// shrinks as a whole. Default true.
    /// </value>
    public bool StoresOtherWeights { get; init; } = true;

    /// <value>Names of nodes that stay as they are. Default none.</value>
    public IReadOnlySet<string> ExcludedNodes { get; init; } = new HashSet<string>();

    /// <value>Operators, by their ONNX names, whose nodes all stay as they are. Default none.</value>
    public IReadOnlySet<string> ExcludedOperators { get; init; } = new HashSet<string>();

    internal bool Includes(Node node) => !ExcludedNodes.Contains(node.Name) && !ExcludedOperators.Contains(node.Operator.Name);
}
