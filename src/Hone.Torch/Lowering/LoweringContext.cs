using Hone.Graphs;
using Hone.Tensors;
using Hone.Torch.Capture;
using TorchSharp;

namespace Hone.Torch.Lowering;

/// <summary>What a lowering sees: the arguments of the recorded call, and the graph to write to.</summary>
/// <remarks>
/// Arguments are found by place or by parameter name; several names may be given, since TorchSharp's overloads differ. The receiver of an instance
/// method is argument 0 under the name <c>self</c>.
/// </remarks>
public sealed partial class LoweringContext
{
    private readonly TraceGraph _graph;
    private readonly TracedCall _call;

    internal LoweringContext(TraceGraph graph, TracedCall call)
    {
        _graph = graph;
        _call = call;
    }

    /// <value>The operation, for example <c>relu</c>.</value>
    public string Operation => _call.Operation;

    /// <value>The module that is written whole, or null.</value>
    public torch.nn.Module? Module => _call.Module;

    /// <value>Number of arguments.</value>
    public int ArgumentCount => _call.Arguments.Count;

    /// <summary>A tensor argument.</summary>
    /// <exception cref="UnsupportedLoweringException">The argument is missing or no tensor.</exception>
    public Value Tensor(int index) => _graph.ValueOf(Traced(index));

    /// <summary>A tensor argument by name, or null where it is missing or null.</summary>
    public Value? OptionalTensor(params ReadOnlySpan<string> names) => Find(names) is TraceValue value ? _graph.ValueOf(value) : null;

    /// <summary>The elements of a list of tensors.</summary>
    /// <exception cref="UnsupportedLoweringException">The argument is no list of tensors.</exception>
    public Value[] Tensors(int index) =>
        _call.Arguments[index].Value is object?[] items && items.All(item => item is TraceValue)
            ? Array.ConvertAll(items, item => _graph.ValueOf((TraceValue)item!)) // none is null
            : throw Unsupported($"argument '{_call.Arguments[index].Name}' is no list of tensors");

    /// <summary>Rank of a tensor argument.</summary>
    public int Rank(int index) => Traced(index).Shape.Length;

    /// <summary>Element type of a tensor argument.</summary>
    public DataType TypeOf(int index) => Traced(index).DataType.ToHone();

    /// <summary>One dimension of a tensor argument as the example had it.</summary>
    /// <exception cref="UnsupportedLoweringException">The dimension is dynamic.</exception>
    public long FixedSize(int index, int axis)
    {
        SizeExpression size = Traced(index).Sizes[axis];
        return size.IsConstant ? size.Offset : throw Unsupported($"axis {axis} must not be dynamic");
    }

    /// <summary>Rank of a result.</summary>
    public int ResultRank(int index = 0) => Result(index).Shape.Length;

    /// <summary>Element type of a result.</summary>
    public DataType ResultType(int index = 0) => Result(index).DataType.ToHone();

    /// <summary>Whether an argument of one of the names is given and not null.</summary>
    public bool Has(params ReadOnlySpan<string> names) => Find(names) is not null;

    /// <summary>An integer argument.</summary>
    /// <exception cref="UnsupportedLoweringException">It follows a dynamic dimension, or is no integer.</exception>
    public long Int(string name, long? defaultValue = null) => Int([name], defaultValue);

    /// <inheritdoc cref="Int(string, long?)"/>
    public long Int(ReadOnlySpan<string> names, long? defaultValue = null) => Find(names) switch
    {
        long value => value,
        bool value => value ? 1 : 0,
        Enum value => Convert.ToInt64(value, null),
        null when defaultValue is { } value => value,
        SizeExpression => throw Unsupported($"{names[0]} must not be dynamic"),
        _ => throw Unsupported($"{names[0]} must be an integer"),
    };

    /// <summary>Integers given as a list, a tuple, or one number; null where the argument is missing.</summary>
    /// <exception cref="UnsupportedLoweringException">One follows a dynamic dimension, or is no integer.</exception>
    public long[]? Ints(params ReadOnlySpan<string> names) => Find(names) switch
    {
        null => null,
        long value => [value],
        object?[] items when items.All(item => item is long) => Array.ConvertAll(items, item => (long)item!), // none is null
        _ => throw Unsupported($"{names[0]} must be fixed integers"),
    };

    /// <summary>A truth value.</summary>
    public bool Bool(string name, bool defaultValue = false) => Find(name) is bool value ? value : defaultValue;

    /// <summary>A number as a double.</summary>
    /// <exception cref="UnsupportedLoweringException">It is missing without a default, or no number.</exception>
    public double Double(string name, double? defaultValue = null) => Double([name], defaultValue);

    /// <inheritdoc cref="Double(string, double?)"/>
    public double Double(ReadOnlySpan<string> names, double? defaultValue = null) => Find(names) switch
    {
        double value => value,
        long value => value,
        bool value => value ? 1 : 0,
        null when defaultValue is { } value => value,
        _ => throw Unsupported($"{names[0]} must be a fixed number"),
    };

    /// <summary>A string or enumeration as its text, or null.</summary>
    public string? Text(string name) => Find(name)?.ToString();

    /// <summary>An axis counted from the front.</summary>
    /// <param name="axis">Of the result of <see cref="Int(string, long?)"/>; may count from the back.</param>
    /// <param name="rank">Of the tensor.</param>
    public static int Axis(long axis, int rank) => (int)(axis < 0 ? axis + Math.Max(rank, 1) : axis);

    /// <summary>Adds a node of one output, named after the module that made the call.</summary>
    public Value Node(string operatorName, ReadOnlySpan<Value?> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        _graph.Builder.Node(operatorName, inputs, AttributeMap.Of(attributes), _graph.Builder.UniqueName(NameOf(operatorName)));

    /// <summary>Adds a node of several outputs.</summary>
    public IReadOnlyList<Value?> Nodes(string operatorName, ReadOnlySpan<Value?> inputs, int outputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        // Each name must be taken before the next unique one is asked for, hence the numbers.
        string stem = _graph.Builder.UniqueName(NameOf(operatorName));
        string[] names = [.. Enumerable.Range(0, outputs).Select(i => i == 0 ? stem : _graph.Builder.UniqueName($"{stem}_{i}"))];
        return _graph.Builder.Node(operatorName, inputs, names, AttributeMap.Of(attributes), stem).Outputs;
    }

    /// <summary>Adds a node of an operator of another domain than ONNX's, of which <see cref="CaptureOptions.Operators"/> must know.</summary>
    /// <param name="domain">Of the operator, for example <c>my.company</c>.</param>
    /// <param name="operatorName">In the domain.</param>
    /// <param name="inputs">Null where an optional one is left out.</param>
    /// <param name="outputs">How many.</param>
    /// <param name="attributes">By name.</param>
    /// <exception cref="UnsupportedOperatorException">No such operator is known.</exception>
    public IReadOnlyList<Value?> CustomNode(
        string domain, string operatorName, ReadOnlySpan<Value?> inputs, int outputs = 1, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        string stem = _graph.Builder.UniqueName(NameOf(operatorName));
        string[] names = [.. Enumerable.Range(0, outputs).Select(i => i == 0 ? stem : _graph.Builder.UniqueName($"{stem}_{i}"))];
        return _graph.Builder.Node(operatorName, inputs, names, AttributeMap.Of(attributes), stem, domain).Outputs;
    }

    /// <summary>Adds a constant.</summary>
    public Value Constant(Tensor tensor) => _graph.Builder.Constant(_graph.Builder.UniqueName(NameOf("const")), tensor);

    /// <summary>Adds an int64 vector.</summary>
    public Value Vector(params ReadOnlySpan<long> values) => Constant(Hone.Tensors.Tensor.Vector(values));

    /// <summary>Adds a scalar of a type.</summary>
    public Value Scalar(double value, DataType type) => Constant(ScalarTensor.Create(value, type));

    /// <summary>Sets a result.</summary>
    public void Set(Value value, int index = 0) => _graph.Set(Result(index), value);

    /// <summary>Sets all results, in order.</summary>
    public void Set(IReadOnlyList<Value?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        int index = 0;
        foreach (TraceValue result in _call.Results)
        {
            if (values[index++] is { } value)
                _graph.Set(result, value);
        }
    }

    /// <summary>An error for these arguments.</summary>
    public static UnsupportedLoweringException Unsupported(string reason) => new(reason);

    /// <summary>A parameter or buffer of the module that is written whole.</summary>
    /// <param name="name">Its name within the module.</param>
    public Value State(string name) => OptionalState(name) ?? throw Unsupported($"the module has no '{name}'");

    /// <summary>A parameter or buffer of the module, or null.</summary>
    public Value? OptionalState(string name)
    {
        torch.Tensor? tensor = StateTensor(name);
        return tensor is null ? null : _graph.StateOf(_call.Path.Length > 0 ? $"{_call.Path}.{name}" : name, tensor);
    }

    internal torch.Tensor? StateTensor(string name) =>
        Module!.named_parameters().Where(p => p.name == name).Select(p => (torch.Tensor)p.parameter) // used for modules only
            .Concat(Module.named_buffers().Where(b => b.name == name).Select(b => b.buffer)).FirstOrDefault();

    internal Graph Graph => _graph.Builder.Graph;

    internal TraceValue Traced(int index) =>
        index < ArgumentCount && _call.Arguments[index].Value is TraceValue value ? value : throw Unsupported($"argument {index} must be a tensor");

    internal Value ValueOf(TraceValue value) => _graph.ValueOf(value);

    internal object? Argument(int index) => index < ArgumentCount ? _call.Arguments[index].Value : null;

    internal string ArgumentName(int index) => _call.Arguments[index].Name;

    internal object? Find(params ReadOnlySpan<string> names)
    {
        foreach (TracedArgument argument in _call.Arguments)
        {
            if (names.Contains(argument.Name))
                return argument.Value;
        }

        return null;
    }

    internal TraceValue Result(int index) => _call.Results.ElementAt(index);

    internal int ResultCount => _call.Results.Count();

    private string NameOf(string operatorName) => _call.Path.Length > 0 ? $"{_call.Path}.{operatorName}" : operatorName;
}
