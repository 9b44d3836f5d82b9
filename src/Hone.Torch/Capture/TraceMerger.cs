namespace Hone.Torch.Capture;

/// <summary>Makes one trace of several that were taken at different sizes: the integers that moved become expressions of the dynamic dimensions.</summary>
internal sealed class TraceMerger
{
    private readonly IReadOnlyList<TraceAtSize> _traces;
    private readonly IReadOnlyList<DynamicDim> _dimensions;

    private TraceMerger(IReadOnlyList<TraceAtSize> traces, IReadOnlyList<DynamicDim> dimensions)
    {
        _traces = traces;
        _dimensions = dimensions;
    }

    /// <param name="traces">At base sizes; then one for each dimension in which it alone moved; then any number for verification.</param>
    /// <param name="dimensions">The dynamic dimensions.</param>
    /// <exception cref="CaptureException">The traces differ in structure, or a number does not follow the sizes in a way that is understood.</exception>
    public static Trace Merge(IReadOnlyList<TraceAtSize> traces, IReadOnlyList<DynamicDim> dimensions) =>
        traces.Count == 1 ? traces[0].Trace : new TraceMerger(traces, dimensions).Merge();

    private Trace Merge()
    {
        Trace first = _traces[0].Trace;
        MergeShapes([.. _traces.Select(t => t.Trace.Inputs)], "the inputs");
        List<TracedCall> calls = [];
        for (int i = 0; i < first.Calls.Count || _traces.Any(t => i < t.Trace.Calls.Count); i++)
            calls.Add(MergeCalls([.. _traces.Select(t => i < t.Trace.Calls.Count ? t.Trace.Calls[i] : null)]));
        MergeShapes([.. _traces.Select(t => t.Trace.Outputs)], "the outputs");
        return first with { Calls = calls };
    }

    private TracedCall MergeCalls(TracedCall?[] calls)
    {
        TracedCall? other = Array.Find(calls, call => call?.Operation != calls[0]?.Operation || call?.Arguments.Count != calls[0]?.Arguments.Count);
        if (calls[0] is not { } first || Array.Exists(calls, call => call is null || call.Operation != first.Operation || call.Arguments.Count != first.Arguments.Count))
            throw Differs(calls[0], other, Array.FindIndex(calls, call => call?.Operation != calls[0]?.Operation || call?.Arguments.Count != calls[0]?.Arguments.Count));
        TracedArgument[] arguments = new TracedArgument[first.Arguments.Count];
        for (int i = 0; i < arguments.Length; i++)
            arguments[i] = first.Arguments[i] with { Value = MergeValues([.. calls.Select(call => call!.Arguments[i].Value)], first) }; // none is null
        MergeShapes([.. calls.Select(call => call!.Results.ToList())], $"the results of {first.DisplayName} at {first.Location}");
        return first with { Arguments = arguments };
    }

    private object? MergeValues(object?[] values, TracedCall call)
    {
        object? first = values[0];
        switch (first)
        {
            case long or SizeExpression when values.All(v => v is long):
                SizeExpression size = MergeNumbers(Array.ConvertAll(values, v => (long)v!), call); // all are long
                return size.IsConstant ? size.Offset : size;
            case object?[] items when values.All(v => v is object?[] other && other.Length == items.Length):
                return items.Select((_, i) => MergeValues([.. values.Select(v => ((object?[])v!)[i])], call)).ToArray();
            case IndexArgument index when values.All(v => v is IndexArgument other && other.Kind == index.Kind):
                IndexArgument[] indices = Array.ConvertAll(values, v => (IndexArgument)v!);
                return index with
                {
                    Start = MergeValues(Array.ConvertAll(indices, i => i.Start), call),
                    Stop = MergeValues(Array.ConvertAll(indices, i => i.Stop), call),
                    Step = MergeValues(Array.ConvertAll(indices, i => i.Step), call),
                };
            case null or double or bool or string or Enum or object?[] or long or IndexArgument when !values.All(v => Equals(v, first)):
                throw new CaptureException(
                    $"An argument of {call.DisplayName} is {Show(first)} at one size of {DimensionNames()} and {Show(Array.Find(values, v => !Equals(v, first)))} at another, "
                    + "and a graph cannot compute it. Make it independent of that size, or set DynamicBatch = false.",
                    call.Location);
            default:
                return first;
        }
    }

    private SizeExpression MergeNumbers(long[] values, TracedCall? call)
    {
        SizeExpression result = SizeFit.Find(values, [.. _traces.Select(t => t.Sizes)], _dimensions.Count)
            ?? throw new CaptureException(
                $"A size is {string.Join(", ", values)} where {DimensionNames()} is {string.Join("; ", _traces.Select(t => string.Join(" x ", t.Sizes)))}: "
                + "neither a sum nor a product of them. Give DynamicDim.Multiple where the model halves a size, or make it fixed.",
                call?.Location);
        return result;
    }

    private void MergeShapes(IReadOnlyList<TraceValue>[] values, string what)
    {
        for (int i = 0; i < values[0].Count; i++)
        {
            TraceValue first = values[0][i];
            if (Array.Exists(values, list => list.Count != values[0].Count || list[i].Shape.Length != first.Shape.Length || list[i].DataType != first.DataType))
                throw new CaptureException($"Number, rank or type of {what} changes with {DimensionNames()}.");
            if (first.Kind is TraceValueKind.Parameter or TraceValueKind.Buffer)
                continue;
            first.Sizes = [.. first.Shape.Select((_, axis) => MergeNumbers(Array.ConvertAll(values, list => list[i].Shape[axis]), null))];
        }

        if (Array.Exists(values, list => list.Count != values[0].Count))
            throw new CaptureException($"Number of {what} changes with {DimensionNames()}.");
    }

    private CaptureException Differs(TracedCall? first, TracedCall? other, int trace)
    {
        string Describe(TracedCall? call) => call is null ? "ends" : $"calls {call.DisplayName} at {call.Location}";
        return new CaptureException(
            $"The module takes another way at another size of {DimensionNames()}: where it is {string.Join(" x ", _traces[0].Sizes)} it {Describe(first)}; "
            + $"where it is {string.Join(" x ", _traces[Math.Max(trace, 0)].Sizes)} it {Describe(other)}. Loops and conditions must not depend on a dynamic size; "
            + "set DynamicBatch = false to capture one size.",
            first?.Location ?? other?.Location);
    }

    private string DimensionNames() => string.Join(" x ", _dimensions.Select(d => d.Name));

    private static string Show(object? value) => value switch
    {
        null => "null",
        object?[] items => $"[{string.Join(", ", items.Select(Show))}]",
        _ => value.ToString() ?? "",
    };
}
