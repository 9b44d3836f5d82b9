using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Passes;

/// <summary>Computes the same thing only once: of nodes with the same operator, inputs and attributes one stays, and of small equal constants too.</summary>
/// <remarks>Bit-exact. Random operators and nodes with nested graphs are left alone; so are large constants, which are rarely equal.</remarks>
internal sealed class RemoveCommonSubexpressions : IGraphPass
{
    private const long LargestConstant = 1024;

    public string Name => "remove common subexpressions";

    public bool Run(Graph graph)
    {
        bool changed = MergeConstants(graph) | MergeNodes(graph);
        foreach (Graph subgraph in graph.Nodes.SelectMany(n => n.Subgraphs).ToArray())
            changed |= Run(subgraph);
        return changed;
    }

    private bool MergeConstants(Graph graph)
    {
        GraphPatch patch = new(graph, Name);
        bool changed = false;
        IEnumerable<Value> small = graph.Constants.Where(c => c.Constant!.ByteCount <= LargestConstant && c.DataType != DataType.String && !graph.IsOutput(c));
        foreach (IGrouping<string, Value> group in small.GroupBy(KeyOf, StringComparer.Ordinal))
        {
            Value[] equal = [.. group.OrderBy(c => c.Name, StringComparer.Ordinal)];
            foreach (Value other in equal.Skip(1).Where(o => o.Consumers.Count > 0))
            {
                patch.Replace(other, equal[0]);
                changed = true;
            }
        }

        if (changed)
            patch.Apply();
        return changed;
    }

    private bool MergeNodes(Graph graph)
    {
        bool changed = false;
        Dictionary<(string Operator, string Inputs), List<Node>> seen = [];
        Dictionary<Value, int> numbers = [];
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (!node.Operator.IsDeterministic || node.Subgraphs.Any())
                continue;
            List<Node> candidates = Candidates(seen, numbers, node);
            if (candidates.Find(c => SameAttributes(c.Attributes, node.Attributes) && CanStandFor(graph, c, node)) is not { } first)
            {
                candidates.Add(node);
                continue;
            }

            GraphPatch patch = new(graph, Name);
            for (int i = 0; i < node.Outputs.Count; i++)
            {
                if (node.Outputs[i] is { } output)
                    patch.Replace(output, first.Outputs[i]!);
            }

            patch.Apply();
            changed = true;
        }

        return changed;
    }

    /// <summary>Earlier nodes of the same operator that read the same values.</summary>
    private static List<Node> Candidates(Dictionary<(string Operator, string Inputs), List<Node>> seen, Dictionary<Value, int> numbers, Node node)
    {
        (string, string) key = (node.Operator.ToString(), string.Join(',', node.Inputs.Select(NumberOf)));
        if (!seen.TryGetValue(key, out List<Node>? candidates))
            seen.Add(key, candidates = []);
        return candidates;

        int NumberOf(Value? value)
        {
            if (value is null)
                return -1;
            numbers.TryAdd(value, numbers.Count);
            return numbers[value];
        }
    }

    /// <summary>The first node must have every output that the second one has; two graph outputs keep their two nodes.</summary>
    private static bool CanStandFor(Graph graph, Node first, Node second)
    {
        for (int i = 0; i < second.Outputs.Count; i++)
        {
            if (second.Outputs[i] is not { } output)
                continue;
            if (i >= first.Outputs.Count || first.Outputs[i] is not { } other || (graph.IsOutput(output) && graph.IsOutput(other)))
                return false;
        }

        return true;
    }

    private static bool SameAttributes(AttributeMap left, AttributeMap right) =>
        left.Count == right.Count && left.Zip(right).All(p => p.First.Key == p.Second.Key && SameValue(p.First.Value, p.Second.Value));

    private static bool SameValue(object left, object right) => (left, right) switch
    {
        (long[] a, long[] b) => a.AsSpan().SequenceEqual(b),
        (float[] a, float[] b) => a.AsSpan().SequenceEqual(b),
        (string[] a, string[] b) => a.AsSpan().SequenceEqual(b),
        (Tensor a, Tensor b) => a.BitwiseEquals(b),
        _ => left.Equals(right),
    };

    private static string KeyOf(Value constant) =>
        $"{constant.Constant}{Convert.ToHexString(constant.Constant!.Bytes)}";
}
