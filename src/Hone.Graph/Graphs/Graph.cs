namespace Hone.Graphs;

/// <summary>A computation: values and nodes in topological order, with the meaning of the newest ONNX opset.</summary>
/// <remarks>
/// A graph nested in a node (a branch or a loop body) may read values of the graphs around it directly. Built by <see cref="GraphBuilder"/>;
/// changed only by <see cref="Rewriting.GraphPatch"/>. Reading is safe from several threads while nobody writes.
/// </remarks>
public sealed class Graph
{
    private readonly List<Node> _nodes = [];
    private readonly List<Value> _inputs = [];
    private readonly List<Value> _outputs = [];
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _nodeNames = new(StringComparer.Ordinal);

    internal Graph(string name, Graph? outer)
    {
        Name = name;
        Outer = outer;
    }

    /// <value>A name for people; may be empty.</value>
    public string Name { get; }

    /// <value>The graph whose node holds this one, or null at the top.</value>
    public Graph? Outer { get; }

    /// <value>What a run must be given, in order.</value>
    public IReadOnlyList<Value> Inputs => _inputs;

    /// <value>What a run gives back, in order.</value>
    public IReadOnlyList<Value> Outputs => _outputs;

    /// <value>The nodes, each after the producers of its inputs.</value>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <value>All values that belong to this graph, in no particular order.</value>
    public IReadOnlyCollection<Value> Values => _values.Values;

    /// <value>The constants (ONNX initializers).</value>
    public IEnumerable<Value> Constants => _values.Values.Where(v => v.IsConstant);

    /// <summary>The value of that name in this graph, or null.</summary>
    public Value? FindValue(string name) => _values.GetValueOrDefault(name);

    /// <summary>Whether the value is one of the graph's outputs.</summary>
    public bool IsOutput(Value value) => _outputs.Contains(value);

    /// <summary>How often the value is read: by nodes, and as a graph output.</summary>
    public int UseCount(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Consumers.Count + _outputs.Count(o => o == value);
    }

    /// <summary>Bytes of all constants, nested graphs included.</summary>
    public long ConstantByteCount() =>
        Constants.Sum(c => c.Constant is { } tensor ? tensor.ByteCount : 0) + _nodes.SelectMany(n => n.Subgraphs).Sum(g => g.ConstantByteCount());

    /// <summary>A graph of new values and nodes under the same names, free to be changed; the tensors of constants are shared.</summary>
    public Graph Copy() => GraphCopy.Copy(this, null, []);

    /// <summary>A copy with values and nodes of its own under the same names; the tensors of constants are shared.</summary>
    /// <param name="outputs">Values of this graph that the copy gives back; null for the outputs of this graph.</param>
    /// <exception cref="ArgumentException">A value does not belong to this graph.</exception>
    public Graph Copy(IReadOnlyList<Value>? outputs = null)
    {
        Dictionary<Value, Value> values = [];
        Graph copy = GraphCopy.Copy(this, Outer, values);
        if (outputs is null)
            return copy;
        copy._outputs.Clear();
        foreach (Value output in outputs)
        {
            if (FindValue(output.Name) != output)
                throw new ArgumentException($"The value '{output.Name}' does not belong to the graph '{Name}'.", nameof(outputs));
            copy._outputs.Add(values[output]);
        }

        return copy;
    }

    /// <summary>A copy of a nested graph that stands alone; the tensors of constants are shared.</summary>
    /// <param name="captured">
    /// The values of graphs around that it reads, constants excluded: the copy has an input for each, in this order, after the inputs of this graph.
    /// </param>
    public Graph Detach(out IReadOnlyList<Value> captured)
    {
        (Graph graph, captured) = GraphCopy.Detach(this);
        return graph;
    }

    /// <summary>The values of graphs around that this graph or one nested in it reads; constants included, some perhaps more than once.</summary>
    public IEnumerable<Value> OuterReads() => GraphCopy.OuterReads(this);

    /// <summary>The graph as text, one line per input, constant, node and output; see <see cref="GraphText"/>.</summary>
    public override string ToString() => GraphText.Write(this);

    internal Value AddValue(string name)
    {
        Value value = new(name);
        AdoptValue(value);
        return value;
    }

    /// <summary>Takes in a value that was made outside the graph.</summary>
    internal void AdoptValue(Value value)
    {
        if (!_values.TryAdd(value.Name, value))
            throw new ModelFormatException($"The graph '{Name}' has two values named '{value.Name}'.");
    }

    internal void AddInput(Value value) => _inputs.Add(value);

    internal void AddOutput(Value value) => _outputs.Add(value);

    internal void ReplaceOutput(int index, Value value) => _outputs[index] = value;

    internal void Rename(Value value, string name)
    {
        _values.Remove(value.Name);
        value.Name = name;
        _values.Add(name, value);
    }

    internal void Rename(Node node, string name)
    {
        _nodeNames.Remove(node.Name);
        node.Name = name;
        _nodeNames.Add(name);
    }

    internal void InsertNode(int index, Node node)
    {
        if (!_nodeNames.Add(node.Name))
            throw new ModelFormatException(node.Name, node.Operator.Name, "another node of the graph has this name.");
        _nodes.Insert(index, node);
        foreach (Value? input in node.Inputs)
            input?.AddConsumer(node);
        foreach (Value? output in node.Outputs)
        {
            if (output is not null)
                output.Producer = node;
        }
    }

    /// <summary>Removes a node whose outputs nobody reads, together with them.</summary>
    internal void RemoveNode(Node node)
    {
        foreach (Value? input in node.Inputs)
            input?.RemoveConsumer(node);
        foreach (Value? output in node.Outputs)
        {
            if (output is not null)
                _values.Remove(output.Name);
        }

        foreach (Graph subgraph in node.Subgraphs)
            subgraph.ReleaseOuterValues();
        _nodeNames.Remove(node.Name);
        _nodes.Remove(node);
    }

    internal int IndexOf(Node node) => _nodes.IndexOf(node);

    internal void RemoveValue(Value value) => _values.Remove(value.Name);

    internal void SetNodeOrder(IReadOnlyList<Node> nodes)
    {
        _nodes.Clear();
        _nodes.AddRange(nodes);
    }

    internal string UniqueValueName(string wanted) => Unique(wanted, IsValueNameTaken);

    internal string UniqueNodeName(string wanted) => Unique(wanted, _nodeNames.Contains);

    private static string Unique(string wanted, Predicate<string> taken)
    {
        string name = wanted.Length == 0 ? "value" : wanted;
        for (int i = 1; taken(name); i++)
            name = $"{wanted}_{i}";
        return name;
    }

    /// <summary>A nested graph must not hide a value of the graphs around it, so their names are taken too.</summary>
    private bool IsValueNameTaken(string name) => _values.ContainsKey(name) || (Outer?.IsValueNameTaken(name) ?? false);

    private void ReleaseOuterValues()
    {
        foreach (Node node in _nodes)
        {
            foreach (Value? input in node.Inputs)
                input?.RemoveConsumer(node);
            foreach (Graph subgraph in node.Subgraphs)
                subgraph.ReleaseOuterValues();
        }
    }
}
