using Hone.Graphs;

namespace Hone.Rewriting;

/// <summary>Removes nodes and constants that no graph output needs.</summary>
internal static class DeadCode
{
    /// <summary>Removes what has become dead, starting from values that may have lost their last use.</summary>
    /// <returns>Whether anything was removed.</returns>
    internal static bool Remove(Graph graph, IEnumerable<Value> candidates)
    {
        HashSet<Value> outputs = [.. graph.Outputs];
        CollectNestedOutputs(graph, outputs);
        Queue<Value> queue = new(candidates);
        bool removed = false;
        while (queue.TryDequeue(out Value? value))
        {
            if (graph.FindValue(value.Name) != value || !IsDead(value, outputs) || graph.Inputs.Contains(value))
                continue;
            if (value.Producer is not { } node)
            {
                graph.RemoveValue(value);
                removed = true;
                continue;
            }

            if (!node.Outputs.All(o => o is null || IsDead(o, outputs)))
                continue;
            graph.RemoveNode(node);
            removed = true;
            foreach (Value? input in node.Inputs)
            {
                if (input is not null)
                    queue.Enqueue(input);
            }
        }

        return removed;
    }

    private static bool IsDead(Value value, HashSet<Value> outputs) => value.Consumers.Count == 0 && !outputs.Contains(value);

    private static void CollectNestedOutputs(Graph graph, HashSet<Value> outputs)
    {
        foreach (Graph subgraph in graph.Nodes.SelectMany(n => n.Subgraphs))
        {
            outputs.UnionWith(subgraph.Outputs);
            CollectNestedOutputs(subgraph, outputs);
        }
    }
}
