using Hone.Graphs;
using Hone.Torch.Capture;
using TorchSharp;

namespace Hone.Torch.Lowering;

/// <summary>A graph in the making: the values of the trace that exist in it so far.</summary>
internal sealed class TraceGraph
{
    private readonly Dictionary<TraceValue, Value> _values = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(nint Data, string Shape), Value> _state = [];
    private readonly HashSet<TraceValue> _failed = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<TraceValue> _needed = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, Value> _dimensionValues = [];
    private readonly IReadOnlyList<DynamicDim> _dimensions;

    public TraceGraph(GraphBuilder builder, Trace trace, IReadOnlyList<DynamicDim> dimensions)
    {
        Builder = builder;
        _dimensions = dimensions;
        foreach (TraceValue input in trace.Inputs)
        {
            SymbolicShape shape = new([.. input.Sizes.Select(DimensionOf)]);
            _values.Add(input, builder.Input(builder.UniqueName(input.Name), input.DataType.ToHone(), shape));
        }

        Inputs = [.. trace.Inputs.Select(input => _values[input])];
        MarkNeeded(trace);
    }

    public GraphBuilder Builder { get; }

    private Value[] Inputs { get; }

    /// <summary>Whether some output of the model depends on the call.</summary>
    public bool IsNeeded(TracedCall call) => call.Results.Any(_needed.Contains);

    /// <exception cref="UnsupportedLoweringException">The call that would have produced it has failed.</exception>
    public Value ValueOf(TraceValue value)
    {
        if (_values.TryGetValue(value, out Value? known))
            return known;
        if (_failed.Contains(value))
            throw new UnsupportedLoweringException("depends on an unsupported operation");
        if (value.State is not { } tensor)
            throw new HoneException($"A result of shape [{string.Join(", ", value.Shape)}] was used before the call that made it was written: its lowering set no value.");
        known = StateOf(value.Name, tensor);
        _values.Add(value, known);
        return known;
    }

    /// <summary>A parameter or buffer as a constant: one, however many modules share it and under whatever names.</summary>
    public Value StateOf(string name, torch.Tensor tensor)
    {
        (nint, string) place = (tensor.numel() == 0 ? 0 : Native.TensorData.Pointer(tensor), string.Join(',', tensor.shape));
        if (place.Item1 != 0 && _state.TryGetValue(place, out Value? known))
            return known;
        // Inputs may be called like parameters.
        known = Builder.Constant(Builder.UniqueName(name), tensor.ToHone());
        _state[place] = known;
        return known;
    }

    public void Set(TraceValue traced, Value value) => _values[traced] = value;

    public void SetFailed(TraceValue traced) => _failed.Add(traced);

    /// <summary>The run-time size of a dynamic dimension, int64 [1].</summary>
    public Value DimensionValue(int dimension)
    {
        if (_dimensionValues.TryGetValue(dimension, out Value? value))
            return value;
        (int input, int axis) = _dimensions[dimension].Axes[0];
        value = Builder.Node("Shape", [Inputs[input]], AttributeMap.Of(("start", axis), ("end", axis + 1)), Builder.UniqueName($"size_{_dimensions[dimension].Name}"));
        _dimensionValues.Add(dimension, value);
        return value;
    }

    private Dimension DimensionOf(SizeExpression size)
    {
        Dimension result = size.Offset;
        foreach (SizeTerm term in size.Terms)
            result += term.Dimensions.Aggregate(Dimension.Fixed(term.Factor), (product, i) => product * Dimension.Symbolic(_dimensions[i].Name)) / term.Divisor;
        return result;
    }

    private void MarkNeeded(Trace trace)
    {
        _needed.UnionWith(trace.Outputs);
        foreach (TracedCall call in trace.Calls.Reverse().Where(IsNeeded))
            _needed.UnionWith(call.Arguments.SelectMany(argument => Snapshot.Values(argument.Value)));
    }
}
