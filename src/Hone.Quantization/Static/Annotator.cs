using Hone.Graphs;

namespace Hone.Quantization.Static;

/// <summary>Decides what of a graph is quantized; it changes nothing.</summary>
/// <remarks>
/// As PyTorch's x86 recipe: the inputs and the output of every convolution, matrix product, addition and multiplication are rounded; an output that goes
/// into a ReLU or a Clip alone is rounded behind it; pooling, reshaping and concatenation keep the parameters of their inputs.
/// </remarks>
public static class Annotator
{
    /// <summary>Annotates a graph whose batch normalizations are folded.</summary>
    /// <exception cref="QuantizationException">Nothing in the graph can be quantized.</exception>
    public static QuantizationPlan Annotate(Graph graph, StaticQuantizationConfig config)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        Node[] nodes = [.. graph.Nodes.Where(n => config.Includes(n) && OperatorRoles.Computes(n))];
        if (nodes.Length == 0)
            throw new QuantizationException("The graph has no convolution, matrix product, addition or multiplication that could be quantized.");
        ParameterSharing sharing = new();
        foreach (Node node in nodes)
        {
            foreach (Value input in node.Inputs.OfType<Value>().Where(i => !i.IsConstant))
                sharing.Add(input);
            sharing.Add(OutputBehindActivation(graph, node));
        }

        // Producers come before consumers, so one sweep reaches everything that hands quantized elements on.
        foreach (Node node in graph.Nodes.Where(n => config.Includes(n) && OperatorRoles.PassesThrough(n)))
        {
            Value[] sources = [.. OperatorRoles.Sources(node)];
            if (!sources.All(s => sharing.Contains(s)))
                continue;
            foreach (Value value in sources.Skip(1).Concat(node.Outputs.OfType<Value>()).Where(OperatorRoles.IsFloat))
                sharing.Share(sources[0], value, isDerived: node.Outputs.Contains(value));
        }

        return new QuantizationPlan(
            graph,
            sharing.Groups(v => config.QuantizesGraphOutputs || !graph.IsOutput(v)),
            [.. nodes.Select(OperatorRoles.Weight).OfType<WeightPlacement>()],
            nodes);
    }

    private static Value OutputBehindActivation(Graph graph, Node node)
    {
        Value output = node.Output;
        bool isRead = graph.UseCount(output) == 1 && output.Consumers.Count == 1;
        return isRead && OperatorRoles.IsFusedActivation(output.Consumers[0]) ? output.Consumers[0].Output : output;
    }
}
