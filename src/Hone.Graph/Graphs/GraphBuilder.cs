using Hone.Operators;
using Hone.Tensors;

namespace Hone.Graphs;

/// <summary>Builds a new graph, node after node. Types and shapes are inferred as nodes are added.</summary>
/// <example>
/// <code>
/// GraphBuilder builder = new("mlp");
/// Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 784));
/// Value w = builder.Constant("w", weights);
/// Value y = builder.Node("MatMul", [x, w]);
/// builder.Output(builder.Node("Relu", [y]), "y");
/// Graph graph = builder.Build();
/// </code>
/// </example>
public sealed class GraphBuilder
{
    private readonly Graph _graph;
    private readonly OperatorTable _operators;

    /// <summary>Starts a graph.</summary>
    /// <param name="name">A name for people.</param>
    /// <param name="outer">The graph whose node will hold this one, or null at the top.</param>
    /// <param name="operators">The known operators; null takes <see cref="OperatorTable.Standard"/>.</param>
    public GraphBuilder(string name = "", Graph? outer = null, OperatorTable? operators = null)
    {
        _graph = new Graph(name, outer);
        _operators = operators ?? OperatorTable.Standard;
    }

    /// <value>The graph as far as it is built; needed as <c>outer</c> of nested graphs.</value>
    public Graph Graph => _graph;

    /// <summary>Adds a graph input.</summary>
    /// <exception cref="ModelFormatException">The name is taken.</exception>
    public Value Input(string name, DataType dataType, SymbolicShape? shape)
    {
        Value value = _graph.AddValue(name);
        value.DataType = dataType;
        value.Shape = shape;
        _graph.AddInput(value);
        return value;
    }

    /// <summary>Adds a constant. The graph keeps the tensor; do not write to it afterwards.</summary>
    /// <exception cref="ModelFormatException">The name is taken.</exception>
    public Value Constant(string name, Tensor tensor)
    {
        Value value = _graph.AddValue(name);
        ConstantValues.Set(value, tensor);
        return value;
    }

    /// <summary>Adds a node of one output under a generated name.</summary>
    /// <returns>Its output.</returns>
    /// <exception cref="UnsupportedOperatorException">No such operator is known.</exception>
    /// <exception cref="ModelFormatException">The inputs or attributes break the operator's rules.</exception>
    public Value Node(string operatorName, ReadOnlySpan<Value?> inputs, AttributeMap? attributes = null, string? outputName = null, string domain = "") =>
        Node(operatorName, inputs, [outputName ?? UniqueName(operatorName)], attributes, outputName, domain).Output;

    /// <summary>Adds a node.</summary>
    /// <param name="operatorName">Name of the operator in its domain.</param>
    /// <param name="inputs">Null where an optional input is left out.</param>
    /// <param name="outputNames">Null or empty where an optional output is left out.</param>
    /// <param name="attributes">Null for none.</param>
    /// <param name="nodeName">Null or empty generates one.</param>
    /// <param name="domain">Empty for the standard operators.</param>
    /// <inheritdoc cref="Node(string, ReadOnlySpan{Value}, AttributeMap, string, string)" path="/exception"/>
    public Node Node(
        string operatorName,
        ReadOnlySpan<Value?> inputs,
        ReadOnlySpan<string?> outputNames,
        AttributeMap? attributes = null,
        string? nodeName = null,
        string domain = "")
    {
        string name = _graph.UniqueNodeName(string.IsNullOrEmpty(nodeName) ? operatorName : nodeName);
        Operator @operator = _operators.Find(domain, operatorName)
            ?? throw new UnsupportedOperatorException([new UnsupportedOperator(Operator.QualifiedName(domain, operatorName), "unknown", [name])]);
        Value?[] outputs = new Value?[outputNames.Length];
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = outputNames[i] is { Length: > 0 } outputName ? _graph.AddValue(outputName) : null;
        Node node = new(@operator, name, inputs.ToArray(), outputs, attributes ?? AttributeMap.Empty);
        _graph.InsertNode(_graph.Nodes.Count, node);
        TypeInference.Run(node);
        return node;
    }

    /// <summary>A value name that is still free, made from the wanted one.</summary>
    public string UniqueName(string wanted) => _graph.UniqueValueName(wanted);

    /// <summary>Makes a value an output of the graph, optionally under another name.</summary>
    public void Output(Value value, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (name is not null && name != value.Name)
        {
            bool canRename = value.Producer is not null && !_graph.IsOutput(value) && _graph.FindValue(value.Name) == value;
            if (canRename)
                _graph.Rename(value, name);
            else
                value = Node("Identity", [value], outputName: name);
        }

        _graph.AddOutput(value);
    }

    /// <summary>Ends the building and returns the graph.</summary>
    public Graph Build() => _graph;
}
