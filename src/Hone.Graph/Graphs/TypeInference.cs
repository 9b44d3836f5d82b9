using Hone.Operators;

namespace Hone.Graphs;

/// <summary>Infers type and shape of every value from the graph's inputs and constants.</summary>
public static class TypeInference
{
    /// <summary>Infers one node after another, nested graphs included.</summary>
    /// <exception cref="ModelFormatException">A node breaks its operator's rules.</exception>
    public static void Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        foreach (Node node in graph.Nodes)
            Run(node);
    }

    /// <summary>Infers the outputs of one node, whose inputs are inferred already.</summary>
    /// <exception cref="ModelFormatException">The node breaks its operator's rules.</exception>
    public static void Run(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        (int minimum, int maximum) = node.Operator.InputCount;
        if (node.Inputs.Count < minimum || node.Inputs.Count > maximum)
            throw new ModelFormatException(node.Name, node.Operator.Name, $"expected {minimum}..{maximum} inputs, got {node.Inputs.Count}.");
        try
        {
            node.Operator.InferTypes(new InferenceContext(node));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or OverflowException or DivideByZeroException or IndexOutOfRangeException
            || (e is HoneException && e is not ModelFormatException))
        {
            throw new ModelFormatException($"Node '{node.Name}' ({node.Operator}): {e.Message}", e);
        }
    }
}
