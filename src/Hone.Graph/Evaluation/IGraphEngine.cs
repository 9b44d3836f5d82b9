using Hone.Graphs;

namespace Hone.Evaluation;

/// <summary>Something that can run graphs: the reference evaluation, or a runtime.</summary>
public interface IGraphEngine
{
    /// <summary>Makes a graph ready to run.</summary>
    /// <param name="graph">Must not change while the runner lives.</param>
    /// <param name="outputs">The values that each run gives back: graph outputs, or any value inside the top-level graph.</param>
    IGraphRunner Prepare(Graph graph, IReadOnlyList<Value> outputs);
}
