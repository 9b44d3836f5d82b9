using Hone.Graphs;

namespace Hone.Rewriting;

/// <summary>Puts nodes after the producers of what they read, disturbing the given order as little as possible.</summary>
internal static class TopologicalOrder
{
    internal static void Restore(Graph graph)
    {
        HashSet<Node> members = [.. graph.Nodes];
        HashSet<Node> done = [];
        HashSet<Node> open = [];
        List<Node> order = new(graph.Nodes.Count);
        // An explicit stack: a chain of nodes can be longer than the call stack.
        Stack<(Node Node, IEnumerator<Node> Producers)> stack = new();
        foreach (Node root in graph.Nodes)
        {
            Push(root);
            while (stack.Count > 0)
            {
                (Node node, IEnumerator<Node> producers) = stack.Peek();
                if (producers.MoveNext())
                {
                    Push(producers.Current);
                    continue;
                }

                stack.Pop();
                open.Remove(node);
                done.Add(node);
                order.Add(node);
            }
        }

        graph.SetNodeOrder(order);

        void Push(Node node)
        {
            if (done.Contains(node))
                return;
            if (!open.Add(node))
                throw new ModelFormatException(node.Name, node.Operator.Name, "the node depends on itself.");
            stack.Push((node, Producers(node).Where(members.Contains).GetEnumerator()));
        }
    }

    private static IEnumerable<Node> Producers(Node node) =>
        node.Inputs.Concat(node.Subgraphs.SelectMany(OuterReads)).Select(v => v?.Producer).OfType<Node>();

    private static IEnumerable<Value?> OuterReads(Graph graph) =>
        graph.Nodes.SelectMany(n => n.Inputs.Concat(n.Subgraphs.SelectMany(OuterReads))).Concat(graph.Outputs);
}
