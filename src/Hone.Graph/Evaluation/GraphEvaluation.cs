using Hone.Graphs;
using Hone.Operators;
using Hone.Tensors;

namespace Hone.Evaluation;

/// <summary>Evaluates the nodes of a graph in order, freeing each tensor after its last reader.</summary>
public static class GraphEvaluation
{
    /// <summary>Evaluates a graph whose inputs are set in the scope.</summary>
    /// <param name="graph">A graph, or the body of a control-flow node.</param>
    /// <param name="scope">Holds the graph's inputs; <see cref="EvaluationScope.Find"/> must reach the values of graphs around.</param>
    /// <param name="outputs">The values to return.</param>
    /// <returns>Tensors that the caller disposes; a value that is an input or a constant is returned as a copy.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static IReadOnlyList<Tensor> Run(Graph graph, EvaluationScope scope, IReadOnlyList<Value> outputs)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(outputs);
        HashSet<Value> kept = [.. outputs];
        Dictionary<Node, List<Value>> lastUses = LastUses(graph, kept);
        foreach (Node node in graph.Nodes)
        {
            scope.CancellationToken.ThrowIfCancellationRequested();
            EvaluateNode(node, scope);
            foreach (Value value in lastUses.GetValueOrDefault(node) ?? [])
                scope.Remove(value)?.Dispose();
        }

        Tensor[] result = new Tensor[outputs.Count];
        HashSet<Value> returned = [];
        for (int i = 0; i < result.Length; i++)
        {
            Tensor tensor = scope.Find(outputs[i]) ?? throw new HoneException($"The value '{outputs[i].Name}' does not belong to the graph.");
            bool ownsTensor = outputs[i].Producer is not null && graph.FindValue(outputs[i].Name) == outputs[i] && returned.Add(outputs[i]);
            result[i] = ownsTensor ? tensor : tensor.Clone();
        }

        return result;
    }

    /// <summary>Evaluates one node whose inputs are set in the scope, and sets its outputs there.</summary>
    public static void EvaluateNode(Node node, EvaluationScope scope)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(scope);
        Tensor?[] inputs = new Tensor?[node.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (node.Inputs[i] is { } input)
                inputs[i] = scope.Find(input) ?? throw new ModelFormatException(node.Name, node.Operator.Name, $"its input '{input.Name}' has no value.");
        }

        EvaluationContext context = new(node, inputs, scope);
        Evaluate(node, context);
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i] is { } output)
                scope.Set(output, context.Outputs[i] ?? throw context.Error($"its evaluation gave no output '{output.Name}'."));
            else
                context.Outputs[i]?.Dispose();
        }
    }

    private static void Evaluate(Node node, EvaluationContext context)
    {
        try
        {
            node.Operator.Evaluate(context);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or OverflowException or IndexOutOfRangeException or DivideByZeroException
            || (e is HoneException && e is not ModelFormatException))
        {
            throw new ModelFormatException($"Node '{node.Name}' ({node.Operator}): its inputs break the operator's rules: {e.Message}", e);
        }
    }

    /// <summary>For each node the values, produced in this graph and not kept, that nobody reads after it.</summary>
    private static Dictionary<Node, List<Value>> LastUses(Graph graph, HashSet<Value> kept)
    {
        Dictionary<Value, Node> last = [];
        foreach (Node node in graph.Nodes)
        {
            foreach (Value? output in node.Outputs)
            {
                if (output is not null)
                    last[output] = node;
            }

            foreach (Value input in AllInputs(node))
            {
                if (last.ContainsKey(input))
                    last[input] = node;
            }
        }

        return last.Where(p => !kept.Contains(p.Key)).GroupBy(p => p.Value, p => p.Key).ToDictionary(g => g.Key, g => g.ToList());
    }

    /// <summary>The values a node reads, those read inside its nested graphs included.</summary>
    private static IEnumerable<Value> AllInputs(Node node) =>
        node.Inputs.OfType<Value>().Concat(node.Subgraphs.SelectMany(g => g.Nodes.SelectMany(AllInputs).Concat(g.Outputs)));
}
