namespace Hone.Graphs;

/// <summary>Copies graphs: new values and nodes under the same names; the tensors of constants are shared.</summary>
internal static class GraphCopy
{
    internal static Graph Copy(Graph source, Graph? outer, Dictionary<Value, Value> values)
    {
        Graph copy = new(source.Name, outer);
        Fill(copy, source, values);
        return copy;
    }

    /// <summary>A copy of a nested graph that needs no graph around it: what it reads from there becomes constants, or inputs after its own.</summary>
    internal static (Graph Graph, IReadOnlyList<Value> Captured) Detach(Graph source)
    {
        Graph copy = new(source.Name, null);
        Dictionary<Value, Value> values = [];
        HashSet<string> names = [.. source.Values.Select(v => v.Name)];
        Value[] outer = [.. OuterReads(source).Distinct()];
        foreach (Value value in outer)
        {
            string name = value.Name;
            while (!names.Add(name))
                name += "'";
            values.Add(value, CopyValue(value, copy.AddValue(name)));
        }

        Fill(copy, source, values);
        Value[] captured = [.. outer.Where(v => !v.IsConstant)];
        foreach (Value value in captured)
            copy.AddInput(values[value]);
        return (copy, captured);
    }

    /// <summary>The values of graphs around that a nested graph reads.</summary>
    internal static IEnumerable<Value> OuterReads(Graph graph)
    {
        IEnumerable<Value> reads = graph.Nodes.SelectMany(n => n.Inputs.OfType<Value>().Concat(n.Subgraphs.SelectMany(OuterReads))).Concat(graph.Outputs);
        return reads.Where(v => graph.FindValue(v.Name) != v);
    }

    private static void Fill(Graph copy, Graph source, Dictionary<Value, Value> values)
    {
        foreach (Value value in source.Values)
            values.Add(value, CopyValue(value, copy.AddValue(value.Name)));
        foreach (Value input in source.Inputs)
            copy.AddInput(values[input]);
        foreach (Node node in source.Nodes)
        {
            AttributeMap attributes = new(node.Attributes.Select(a => a.Value is Graph subgraph ? new(a.Key, Copy(subgraph, copy, values)) : a));
            copy.InsertNode(copy.Nodes.Count, new Node(node.Operator, node.Name, Map(node.Inputs, values), Map(node.Outputs, values), attributes));
        }

        foreach (Value output in source.Outputs)
            copy.AddOutput(values[output]);
    }

    private static Value CopyValue(Value source, Value target)
    {
        target.DataType = source.DataType;
        target.Shape = source.Shape;
        target.Constant = source.Constant;
        target.Contents = source.Contents;
        return target;
    }

    private static Value?[] Map(IReadOnlyList<Value?> source, Dictionary<Value, Value> values) =>
        [.. source.Select(v => v is null ? null : values[v])];
}
