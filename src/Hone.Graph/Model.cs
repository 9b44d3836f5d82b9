using Hone.Graphs;

namespace Hone;

/// <summary>A portable model: a graph and what its file says about it. It can be saved as ONNX, optimized, quantized and compiled.</summary>
public sealed class Model
{
    /// <summary>Wraps a graph.</summary>
    public Model(Graph graph, ModelMetadata? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        Graph = graph;
        Metadata = metadata ?? ModelMetadata.Empty;
    }

    /// <value>The computation.</value>
    public Graph Graph { get; }

    /// <value>What the file says about the model.</value>
    public ModelMetadata Metadata { get; }
}
