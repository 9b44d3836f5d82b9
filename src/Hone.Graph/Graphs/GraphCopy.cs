namespace Hone.Graphs;

/// <summary>Copies graphs: new values and nodes under the same names; the tensors of constants are shared.</summary>
internal static class GraphCopy
{
    internal static Graph Copy(Graph source, Graph? outer, Dictionary<Value, Value> values)
    {
        Graph copy = new(source.Name, outer);
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
        return copy;
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
