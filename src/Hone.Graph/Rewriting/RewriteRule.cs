using Hone.Graphs;

namespace Hone.Rewriting;

/// <summary>A local transformation: looks at one node and its surroundings, and answers with a patch or with null.</summary>
/// <remarks>As a pass it is tried on every node until nothing changes, nested graphs included.</remarks>
public abstract class RewriteRule : IGraphPass
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>The patch that rewrites this node, not yet applied; null when the rule does not apply here.</summary>
    public abstract GraphPatch? Rewrite(Graph graph, Node node);

    /// <inheritdoc/>
    public bool Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        bool changedAny = false;
        bool changed;
        do
        {
            changed = false;
            foreach (Node node in graph.Nodes.ToArray())
            {
                // An earlier patch of this sweep may have removed the node.
                if (node.Outputs.OfType<Value>().Any(o => graph.FindValue(o.Name) != o))
                    continue;
                foreach (Graph subgraph in node.Subgraphs)
                    changed |= Run(subgraph);
                if (Rewrite(graph, node) is not { } patch)
                    continue;
                patch.Apply();
                changed = true;
            }

            changedAny |= changed;
        }
        while (changed);
        return changedAny;
    }
}
