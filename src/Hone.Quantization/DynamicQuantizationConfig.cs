using Hone.Graphs;

namespace Hone.Quantization;

/// <summary>Dynamic quantization: weights as 8-bit integers, activations quantized while the model runs. No data are needed.</summary>
public sealed record DynamicQuantizationConfig
{
    /// <value>Whether weights have a scale for each output channel. Default true.</value>
    public bool IsPerChannel { get; init; } = true;

    /// <value>
    /// Whether LSTM and GRU layers compute on integers: their inputs are quantized by the range of the whole sequence, and in Hone's runtime their hidden
    /// states at every step, as in PyTorch; an engine that does not know the pattern quantizes the inputs only. Default true.
    /// </value>
    public bool QuantizesRecurrentLayers { get; init; } = true;

    /// <value>
    /// Whether LSTM layers become ONNX Runtime's operator <c>com.microsoft.DynamicQuantizeLSTM</c>, so that ONNX Runtime too computes them on integers;
    /// other engines than ONNX Runtime and Hone cannot read such a file. Default false.
    /// </value>
    public bool UsesOnnxRuntimeOperators { get; init; }

    /// <value>
    /// Whether the weights of convolutions, embeddings and other recurrent layers, which compute in float32, are stored as integers too, so that the file
    /// shrinks as a whole. Default true.
    /// </value>
    public bool StoresOtherWeights { get; init; } = true;

    /// <value>Names of nodes that stay as they are. Default none.</value>
    public IReadOnlySet<string> ExcludedNodes { get; init; } = new HashSet<string>();

    /// <value>Operators, by their ONNX names, whose nodes all stay as they are. Default none.</value>
    public IReadOnlySet<string> ExcludedOperators { get; init; } = new HashSet<string>();

    internal bool Includes(Node node) => !ExcludedNodes.Contains(node.Name) && !ExcludedOperators.Contains(node.Operator.Name);
}
