using Hone.Graphs;
using Hone.Operators;
using Hone.Tensors;

namespace Hone.Rewriting;

/// <summary>
/// The only way to change a graph: new constants and nodes, and values that take the place of others. Nothing changes until <see cref="Apply"/>.
/// </summary>
/// <remarks>
/// Applying redirects every use of a replaced value, keeps the names of graph outputs, removes nodes and constants that nobody needs any more,
/// restores topological order and infers the types of what is new. A new value takes over the name of the value that it replaces when that one
/// disappears, and what is new gets the name that was asked for when its bearer disappears, so names that people and reports know survive rewriting.
/// </remarks>
public sealed class GraphPatch
{
    private readonly Graph _graph;
    private readonly OperatorTable _operators;
    private readonly List<Node> _nodes = [];
    private readonly List<(Node Node, string Wanted)> _wantedNodeNames = [];
    private readonly List<(Value Value, string Wanted)> _wantedValueNames = [];
    private readonly List<Value> _newValues = [];
    private readonly List<(Value Old, Value New)> _replacements = [];
    private readonly List<(Node Node, int Index, Value New)> _inputReplacements = [];
    private readonly List<(Value Constant, Tensor Tensor)> _constantUpdates = [];
    private readonly HashSet<string> _takenNames = new(StringComparer.Ordinal);
    private bool _applied;

    /// <summary>Starts an empty patch.</summary>
    /// <param name="graph">The graph to change; a nested one may be given.</param>
    /// <param name="reason">What the patch does, for errors.</param>
    /// <param name="operators">The known operators; null takes <see cref="OperatorTable.Standard"/>.</param>
    public GraphPatch(Graph graph, string reason, OperatorTable? operators = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        _graph = graph;
        Reason = reason;
        _operators = operators ?? OperatorTable.Standard;
    }

    /// <value>What the patch does.</value>
    public string Reason { get; }

    /// <summary>A new constant; the name is made unique. The graph keeps the tensor.</summary>
    public Value Constant(string name, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Value value = NewValue(name);
        ConstantValues.Set(value, tensor);
        return value;
    }

    /// <summary>A new node of one output.</summary>
    /// <returns>Its output.</returns>
    public Value Node(string operatorName, ReadOnlySpan<Value?> inputs, AttributeMap? attributes = null, string? name = null, string domain = "") =>
        Node(operatorName, inputs, 1, attributes, name, domain).Output;

    /// <summary>A new node.</summary>
    /// <param name="operatorName">Name of the operator in its domain.</param>
    /// <param name="inputs">Values of the graph, of the graphs around it, or of this patch; null where an optional input is left out.</param>
    /// <param name="outputCount">How many outputs it has.</param>
    /// <param name="attributes">Null for none.</param>
    /// <param name="name">Of the node and its first output; made unique.</param>
    /// <param name="domain">Empty for the standard operators.</param>
    /// <exception cref="UnsupportedOperatorException">No such operator is known.</exception>
    /// <exception cref="ModelFormatException">The inputs or attributes break the operator's rules.</exception>
    public Node Node(string operatorName, ReadOnlySpan<Value?> inputs, int outputCount, AttributeMap? attributes = null, string? name = null, string domain = "")
    {
        string wanted = string.IsNullOrEmpty(name) ? operatorName : name;
        Operator @operator = _operators.Find(domain, operatorName)
            ?? throw new UnsupportedOperatorException([new UnsupportedOperator(Operator.QualifiedName(domain, operatorName), "unknown", [wanted])]);
        Value?[] outputs = new Value?[outputCount];
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = NewValue(i == 0 ? wanted : $"{wanted}_{i}");
        string nodeName = Unique(wanted, n => _graph.UniqueNodeName(n) != n || _nodes.Any(x => x.Name == n));
        Node node = new(@operator, nodeName, inputs.ToArray(), outputs, attributes ?? AttributeMap.Empty);
        foreach (Value? output in outputs)
            output!.Producer = node;
        _nodes.Add(node);
        _wantedNodeNames.Add((node, wanted));
        TypeInference.Run(node);
        return node;
    }

    /// <summary>Lets <paramref name="newValue"/> take the place of <paramref name="oldValue"/> wherever it is read.</summary>
    /// <remarks>Nodes of this patch keep reading the old value, so a node can be put behind a value: replace the value by the node's output.</remarks>
    public void Replace(Value oldValue, Value newValue)
    {
        ArgumentNullException.ThrowIfNull(oldValue);
        ArgumentNullException.ThrowIfNull(newValue);
        _replacements.Add((oldValue, newValue));
    }

    /// <summary>Lets another value take the place of an input of one node only.</summary>
    public void ReplaceInput(Node node, int inputIndex, Value newValue) => _inputReplacements.Add((node, inputIndex, newValue));

    /// <summary>Gives a constant another tensor; its name stays. Types downstream are inferred anew when the shape differs.</summary>
    /// <exception cref="ArgumentException">The value is not a constant of the graph.</exception>
    public void ReplaceConstant(Value constant, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(constant);
        ArgumentNullException.ThrowIfNull(tensor);
        if (!constant.IsConstant)
            throw new ArgumentException($"'{constant.Name}' is not a constant.", nameof(constant));
        _constantUpdates.Add((constant, tensor));
    }

    /// <summary>Changes the graph.</summary>
    /// <exception cref="InvalidOperationException">The patch was applied before.</exception>
    public void Apply()
    {
        if (_applied)
            throw new InvalidOperationException($"The patch '{Reason}' was applied already.");
        _applied = true;
        HashSet<Node> own = [.. _nodes];
        List<Value> released = [];
        bool isOrdered = InsertNewThings();
        foreach ((Value old, Value @new) in _replacements)
        {
            RedirectUses(old, @new, own);
            released.Add(old);
        }

        foreach ((Node node, int index, Value @new) in _inputReplacements)
        {
            if (node.Inputs[index] is { } old)
                released.Add(old);
            node.SetInput(index, @new);
        }

        foreach ((Value constant, Tensor tensor) in _constantUpdates)
            ConstantValues.Set(constant, tensor);
        if (!isOrdered)
            TopologicalOrder.Restore(_graph);
        DeadCode.Remove(_graph, released.Concat(_newValues));
        InheritNames();
        if (_constantUpdates.Count > 0)
            TypeInference.Run(_graph);
    }

    private void InheritNames()
    {
        foreach ((Value old, Value @new) in _replacements)
        {
            bool isFree = _graph.FindValue(old.Name) is null;
            if (isFree && _newValues.Contains(@new) && _graph.FindValue(@new.Name) == @new && !_graph.IsOutput(@new))
                _graph.Rename(@new, old.Name);
        }

        foreach ((Value value, string wanted) in _wantedValueNames)
        {
            bool hasAnother = value.Name != wanted && !_replacements.Exists(r => r.New == value);
            if (hasAnother && _graph.FindValue(value.Name) == value && !_graph.IsOutput(value) && _graph.UniqueValueName(wanted) == wanted)
                _graph.Rename(value, wanted);
        }

        foreach ((Node node, string wanted) in _wantedNodeNames)
        {
            bool isAlive = node.Outputs.Any(o => o is not null && _graph.FindValue(o.Name) == o);
            if (node.Name != wanted && isAlive && _graph.UniqueNodeName(wanted) == wanted)
                _graph.Rename(node, wanted);
        }
    }

    /// <summary>Puts the new nodes where the first replaced value is produced.</summary>
    /// <returns>Whether the graph will be in topological order without further ado: true for nearly all patches, which saves sorting it each time.</returns>
    private bool InsertNewThings()
    {
        int[] replaced = [.. _replacements.Select(r => PositionOf(r.Old))];
        int position = replaced.Where(p => p >= 0).DefaultIfEmpty(_graph.Nodes.Count).Min();
        bool isOrdered = _inputReplacements.Count == 0 && _nodes.TrueForAll(n => !n.Subgraphs.Any() && n.Inputs.All(i => i is null || PositionOf(i) < position));
        for (int i = 0; i < replaced.Length; i++)
            isOrdered &= _newValues.Contains(_replacements[i].New) ? replaced[i] >= 0 || _replacements[i].New.Producer is null : PositionOf(_replacements[i].New) <= replaced[i];
        foreach (Value value in _newValues)
            _graph.AdoptValue(value);
        for (int i = 0; i < _nodes.Count; i++)
            _graph.InsertNode(position + i, _nodes[i]);
        return isOrdered;
    }

    /// <summary>The position of the node of this graph that produces the value; -1 for inputs, constants, values of graphs around and new ones.</summary>
    private int PositionOf(Value value) => value.Producer is { } producer && _graph.FindValue(value.Name) == value ? _graph.IndexOf(producer) : -1;

    private void RedirectUses(Value old, Value @new, HashSet<Node> own)
    {
        foreach (Node consumer in old.Consumers.Where(c => !own.Contains(c)).Distinct().ToArray())
        {
            for (int i = 0; i < consumer.Inputs.Count; i++)
            {
                if (consumer.Inputs[i] == old)
                    consumer.SetInput(i, @new);
            }
        }

        foreach (Graph graph in SelfAndNested(_graph))
        {
            for (int i = 0; i < graph.Outputs.Count; i++)
            {
                if (graph.Outputs[i] == old)
                    RedirectOutput(graph, i, old, @new);
            }
        }
    }

    /// <summary>A graph output keeps its name: the new value takes it over, or an Identity carries it where the new value cannot.</summary>
    private void RedirectOutput(Graph graph, int index, Value old, Value @new)
    {
        string name = old.Name;
        bool canTakeName = graph == _graph && @new.Producer is not null && !graph.Outputs.Contains(@new) && graph.FindValue(@new.Name) == @new;
        if (canTakeName)
        {
            graph.Rename(old, graph.UniqueValueName($"{name}_replaced"));
            graph.Rename(@new, name);
            graph.ReplaceOutput(index, @new);
            return;
        }

        if (graph.FindValue(name) != old)
        {
            graph.ReplaceOutput(index, @new);
            return;
        }

        graph.Rename(old, graph.UniqueValueName($"{name}_replaced"));
        Value carrier = graph.AddValue(name);
        Node identity = new(_operators.Find("", "Identity")!, graph.UniqueNodeName($"{name}_identity"), [@new], [carrier], AttributeMap.Empty);
        graph.InsertNode(graph.Nodes.Count, identity);
        TypeInference.Run(identity);
        graph.ReplaceOutput(index, carrier);
    }

    private Value NewValue(string wanted)
    {
        string name = Unique(wanted, n => _graph.UniqueValueName(n) != n || _takenNames.Contains(n));
        _takenNames.Add(name);
        Value value = new(name);
        _newValues.Add(value);
        _wantedValueNames.Add((value, wanted));
        return value;
    }

    private static string Unique(string wanted, Predicate<string> taken)
    {
        string name = wanted;
        for (int i = 1; taken(name); i++)
            name = $"{wanted}_{i}";
        return name;
    }

    private static IEnumerable<Graph> SelfAndNested(Graph graph) =>
        graph.Nodes.SelectMany(n => n.Subgraphs).SelectMany(SelfAndNested).Prepend(graph);
}
