using System.Text;
using Hone.Tensors;

namespace Hone.Graphs;

/// <summary>Writes a graph as text for people and for comparisons in tests: stable, one line per thing.</summary>
public static class GraphText
{
    /// <summary>The whole graph; nested graphs are indented below their node.</summary>
    public static string Write(Graph graph)
    {
        StringBuilder text = new();
        Write(graph, text, "");
        return text.ToString();
    }

    private static void Write(Graph graph, StringBuilder text, string indent)
    {
        foreach (Value input in graph.Inputs)
            text.Append(indent).Append("input ").Append(input).Append('\n');
        foreach (Value constant in graph.Constants.OrderBy(c => c.Name, StringComparer.Ordinal))
            text.Append(indent).Append("const ").Append(constant).Append(SmallContents(constant)).Append('\n');
        foreach (Node node in graph.Nodes)
        {
            text.Append(indent).AppendJoin(", ", node.Outputs.Select(o => o?.ToString() ?? "_")).Append(" = ").Append(node.Operator)
                .Append('(').AppendJoin(", ", node.Inputs.Select(i => i?.Name ?? "_")).Append(')');
            string attributes = string.Join(", ", node.Attributes.Where(a => a.Value is not Graph).Select(a => $"{a.Key}={Format(a.Value)}"));
            if (attributes.Length > 0)
                text.Append(" {").Append(attributes).Append('}');
            text.Append('\n');
            foreach ((string name, object value) in node.Attributes)
            {
                if (value is not Graph subgraph)
                    continue;
                text.Append(indent).Append("  ").Append(name).Append(":\n");
                Write(subgraph, text, indent + "    ");
            }
        }

        foreach (Value output in graph.Outputs)
            text.Append(indent).Append("output ").Append(output).Append('\n');
    }

    private static string SmallContents(Value constant) =>
        constant.Contents is { Count: <= 8 } contents ? $" = {{{string.Join(", ", contents)}}}" : "";

    private static string Format(object value) => value switch
    {
        long[] ints => $"[{string.Join(", ", ints)}]",
        float[] floats => $"[{string.Join(", ", floats)}]",
        string[] strings => $"[{string.Join(", ", strings)}]",
        Tensor tensor => tensor.ToString(),
        _ => value.ToString() ?? "",
    };
}
