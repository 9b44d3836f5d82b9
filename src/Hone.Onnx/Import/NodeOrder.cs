using Hone.Onnx.Protobuf;

namespace Hone.Onnx.Import;

/// <summary>Puts the nodes of a file in topological order: some exporters do not, though the format asks for it.</summary>
internal static class NodeOrder
{
    /// <exception cref="ModelFormatException">Nodes depend on themselves.</exception>
    internal static IReadOnlyList<NodeProto> Sort(IReadOnlyList<NodeProto> nodes)
    {
        Dictionary<string, int> producers = new(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string output in nodes[i].Output.Where(o => o.Length > 0))
                producers[output] = i;
        }

        int[] waitsFor = new int[nodes.Count];
        List<int>?[] readers = new List<int>?[nodes.Count];
        bool isSorted = true;
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string name in Reads(nodes[i]))
            {
                if (!producers.TryGetValue(name, out int producer))
                    continue;
                isSorted &= producer < i;
                waitsFor[i]++;
                (readers[producer] ??= []).Add(i);
            }
        }

        return isSorted ? nodes : Sort(nodes, waitsFor, readers);
    }

    private static List<NodeProto> Sort(IReadOnlyList<NodeProto> nodes, int[] waitsFor, List<int>?[] readers)
    {
        PriorityQueue<int, int> ready = new();
        for (int i = 0; i < nodes.Count; i++)
        {
            if (waitsFor[i] == 0)
                ready.Enqueue(i, i);
        }

        List<NodeProto> sorted = new(nodes.Count);
        while (ready.TryDequeue(out int next, out _))
        {
            sorted.Add(nodes[next]);
            foreach (int reader in readers[next] ?? [])
            {
                if (--waitsFor[reader] == 0)
                    ready.Enqueue(reader, reader);
            }
        }

        if (sorted.Count < nodes.Count)
        {
            NodeProto stuck = nodes[Array.FindIndex(waitsFor, w => w > 0)];
            throw new ModelFormatException(stuck.Name, stuck.OpType, "the node depends on itself.");
        }

        return sorted;
    }

    /// <summary>The names that a node reads, directly or from inside its nested graphs.</summary>
    private static IEnumerable<string> Reads(NodeProto node) =>
        node.Input.Where(i => i.Length > 0).Concat(node.Attribute.Where(a => a.G is not null).SelectMany(a => OuterReads(a.G)));

    private static IEnumerable<string> OuterReads(GraphProto graph)
    {
        HashSet<string> own = new(StringComparer.Ordinal);
        own.UnionWith(graph.Input.Select(i => i.Name));
        own.UnionWith(graph.Initializer.Select(i => i.Name));
        own.UnionWith(graph.Node.SelectMany(n => n.Output));
        return graph.Node.SelectMany(Reads).Concat(graph.Output.Select(o => o.Name)).Where(name => !own.Contains(name));
    }
}
