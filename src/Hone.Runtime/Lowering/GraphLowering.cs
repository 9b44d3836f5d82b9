using Hone.Graphs;

namespace Hone.Runtime.Lowering;

/// <summary>Turns a graph into operations: wide patterns first, then node by node.</summary>
internal static class GraphLowering
{
    /// <summary>Lowers a graph.</summary>
    /// <returns>The operations that outputs depend on, in an order in which they can run.</returns>
    internal static IReadOnlyList<Operation> Lower(Graph graph, CompileOptions options)
    {
        LoweringContext context = new(graph, options);
        List<Operation> operations = [];
        foreach (LoweringTable table in LoweringTable.InOrder)
        {
            foreach (Node node in graph.Nodes)
            {
                if (!context.IsClaimed(node) && table.Lower(node, context) is { } operation)
                {
                    operations.Add(operation);
                    context.Claim(operation.Group.OwnNodes);
                }
            }
        }

        foreach (Node node in graph.Nodes.Where(n => !context.IsClaimed(n)))
            operations.Add(new ReferenceOperation(SingleNode(node, context)));
        return Needed(operations, graph.Outputs);
    }

    /// <summary>The group of one node that reads and gives all that the node does, values read inside its nested graphs included.</summary>
    internal static NodeGroup SingleNode(Node node, LoweringContext context)
    {
        Value[] inputs = [.. node.Inputs.OfType<Value>().Concat(node.Subgraphs.SelectMany(g => g.OuterReads())).Where(v => !v.IsConstant).Distinct()];
        return new NodeGroup(node, [node], [node], context.PositionOf(node), inputs, [.. node.Outputs.OfType<Value>()]);
    }

    private static List<Operation> Needed(List<Operation> operations, IReadOnlyList<Value> outputs)
    {
        HashSet<Value> wanted = [.. outputs];
        List<Operation> needed = [];
        foreach (Operation operation in operations.OrderByDescending(o => o.Group.Position))
        {
            if (!operation.Outputs.Any(wanted.Contains))
            {
                operation.Dispose();
                continue;
            }

            needed.Add(operation);
            wanted.UnionWith(operation.Inputs);
        }

        needed.Reverse();
        return needed;
    }
}
