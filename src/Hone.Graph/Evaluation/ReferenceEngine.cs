using Hone.Graphs;

namespace Hone.Evaluation;

/// <summary>Runs graphs by the operators' reference evaluation: slow, plain, and the oracle of everything else.</summary>
public sealed class ReferenceEngine : IGraphEngine
{
    /// <value>The engine; it has no state.</value>
    public static ReferenceEngine Instance { get; } = new();

    /// <inheritdoc/>
    public IGraphRunner Prepare(Graph graph, IReadOnlyList<Value> outputs) => new ReferenceRunner(graph, outputs);
}
