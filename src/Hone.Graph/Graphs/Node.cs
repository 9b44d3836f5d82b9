using Hone.Operators;

namespace Hone.Graphs;

/// <summary>One application of an operator. Written only by <see cref="GraphBuilder"/> and <see cref="Rewriting.GraphPatch"/>.</summary>
public sealed class Node
{
    private readonly Value?[] _inputs;
    private readonly Value?[] _outputs;

    internal Node(Operator @operator, string name, Value?[] inputs, Value?[] outputs, AttributeMap attributes)
    {
        Operator = @operator;
        Name = name;
        _inputs = inputs;
        _outputs = outputs;
        Attributes = attributes;
        Subgraphs = [.. attributes.Select(a => a.Value).OfType<Graph>()];
    }

    /// <value>What the node computes.</value>
    public Operator Operator { get; }

    /// <value>Unique within the graph.</value>
    public string Name { get; internal set; }

    /// <value>The values it reads; null where an optional input is left out.</value>
    public IReadOnlyList<Value?> Inputs => _inputs;

    /// <value>The values it produces; null where an optional output is left out.</value>
    public IReadOnlyList<Value?> Outputs => _outputs;

    /// <value>The operator's attributes.</value>
    public AttributeMap Attributes { get; }

    /// <value>The graphs held by its attributes: branches and loop bodies.</value>
    public IEnumerable<Graph> Subgraphs { get; }

    /// <summary>An input, or null when it is left out or beyond the last.</summary>
    public Value? Input(int index) => index < _inputs.Length ? _inputs[index] : null;

    /// <summary>The first output, which every node has.</summary>
    public Value Output => _outputs[0] ?? throw new InvalidOperationException($"Node '{Name}' leaves its first output out.");

    /// <summary>Whether the operator is the one of that name in the standard ONNX domain.</summary>
    public bool Is(string operatorName) => Operator.Domain.Length == 0 && Operator.Name == operatorName;

    /// <summary>For example <c>conv1 (Conv)</c>.</summary>
    public override string ToString() => $"{Name} ({Operator.Name})";

    internal void SetInput(int index, Value? value)
    {
        _inputs[index]?.RemoveConsumer(this);
        _inputs[index] = value;
        value?.AddConsumer(this);
    }
}
