using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Passes;

/// <summary>Removes nodes and constants that no output needs, in nested graphs too. Bit-exact.</summary>
internal sealed class RemoveDeadCode : IGraphPass
{
    public string Name => "remove dead code";

    public bool Run(Graph graph)
    {
        // The nested graphs first: they may hold the last use of something out here.
        bool changed = false;
        foreach (Graph subgraph in graph.Nodes.SelectMany(n => n.Subgraphs))
            changed |= Run(subgraph);
        return DeadCode.Remove(graph, graph.Nodes.Reverse().SelectMany(n => n.Outputs).OfType<Value>().Concat(graph.Constants).ToArray()) || changed;
    }
}
