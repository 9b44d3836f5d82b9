namespace Hone.Graphs;

/// <summary>The laws of a graph, in one place. Run after import, before export, and after every pass in tests.</summary>
public static class GraphChecker
{
    /// <summary>Checks a graph and the graphs nested in it.</summary>
    /// <exception cref="ModelFormatException">A law is broken; the message names the law, the node and the value.</exception>
    public static void Check(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        Check(graph, []);
    }

    private static void Check(Graph graph, HashSet<Value> visible)
    {
        HashSet<Value> defined = [.. visible];
        HashSet<Node> nodes = [.. graph.Nodes];
        CheckNames(graph);
        foreach (Value value in graph.Values)
        {
            if (value.IsConstant || graph.Inputs.Contains(value))
                defined.Add(value);
            CheckOrigin(graph, nodes, value);
        }

        Dictionary<Value, int> reads = [];
        foreach (Node node in graph.Nodes)
        {
            CheckArity(node);
            foreach (Value input in node.Inputs.OfType<Value>())
            {
                if (!defined.Contains(input))
                    throw Broken(node, $"reads '{input.Name}' before it is produced (topological order)");
                if (!input.Consumers.Contains(node))
                    throw Broken(node, $"is not among the consumers of its input '{input.Name}' (use lists)");
                reads[input] = reads.GetValueOrDefault(input) + 1;
            }

            foreach (Graph subgraph in node.Subgraphs)
            {
                if (subgraph.Outer != graph)
                    throw Broken(node, "holds a graph that is nested elsewhere");
                Check(subgraph, defined);
            }

            foreach (Value output in node.Outputs.OfType<Value>())
            {
                if (output.Producer != node)
                    throw Broken(node, $"is not the producer of its output '{output.Name}'");
                if (!defined.Add(output))
                    throw Broken(node, $"produces '{output.Name}' a second time (single assignment)");
            }
        }

        CheckUseLists(graph, nodes, reads);
        foreach (Value output in graph.Outputs)
        {
            if (!defined.Contains(output))
                throw new ModelFormatException($"Graph '{graph.Name}': its output '{output.Name}' is never produced.");
        }
    }

    private static void CheckNames(Graph graph)
    {
        foreach (Value value in graph.Values)
        {
            if (value.Name.Length == 0)
                throw new ModelFormatException($"Graph '{graph.Name}': a value has an empty name.");
            if (graph.FindValue(value.Name) != value)
                throw new ModelFormatException($"Graph '{graph.Name}': the value '{value.Name}' is listed under another name.");
        }

        if (graph.Nodes.GroupBy(n => n.Name).FirstOrDefault(g => g.Count() > 1) is { } twins)
            throw new ModelFormatException($"Graph '{graph.Name}': two nodes are named '{twins.Key}'.");
    }

    private static void CheckOrigin(Graph graph, HashSet<Node> nodes, Value value)
    {
        int origins = (value.IsConstant ? 1 : 0) + (graph.Inputs.Contains(value) ? 1 : 0) + (value.Producer is not null ? 1 : 0);
        if (origins != 1)
            throw new ModelFormatException($"Graph '{graph.Name}': the value '{value.Name}' must be one of input, constant or node output; it is {origins} of them.");
        if (value.Producer is { } producer && !nodes.Contains(producer))
            throw new ModelFormatException($"Graph '{graph.Name}': the producer of '{value.Name}' is not in the graph.");
    }

    private static void CheckArity(Node node)
    {
        (int minimum, int maximum) = node.Operator.InputCount;
        if (node.Inputs.Count < minimum || node.Inputs.Count > maximum)
            throw Broken(node, $"has {node.Inputs.Count} inputs, its operator takes {minimum}..{maximum}");
        (minimum, maximum) = node.Operator.OutputCount;
        if (node.Outputs.Count < minimum || node.Outputs.Count > maximum)
            throw Broken(node, $"has {node.Outputs.Count} outputs, its operator gives {minimum}..{maximum}");
    }

    private static void CheckUseLists(Graph graph, HashSet<Node> nodes, Dictionary<Value, int> reads)
    {
        foreach (Value value in graph.Values)
        {
            int listed = value.Consumers.Count(nodes.Contains);
            if (listed != reads.GetValueOrDefault(value))
                throw new ModelFormatException($"Graph '{graph.Name}': '{value.Name}' lists {listed} reads by nodes, there are {reads.GetValueOrDefault(value)} (use lists).");
        }
    }

    private static ModelFormatException Broken(Node node, string law) => new(node.Name, node.Operator.Name, $"{law}.");
}
