using Hone.Graphs;
using Hone.Torch.Capture;

namespace Hone.Torch.Lowering;

/// <summary>Writes a trace as a graph.</summary>
internal static class TraceLowering
{
    /// <exception cref="UnsupportedOperatorException">Some calls have no lowering; all of them are listed.</exception>
    public static Graph Lower(Trace trace, IReadOnlyList<DynamicDim> dimensions, CaptureOptions options, string moduleName)
    {
        GraphBuilder builder = new(options.GraphName ?? moduleName, operators: options.Operators);
        TraceGraph graph = new(builder, trace, dimensions);
        RequireLowerings(trace.Calls.Where(graph.IsNeeded), options.Lowerings);
        List<UnsupportedOperator> failed = [];
        foreach (TracedCall call in trace.Calls.Where(graph.IsNeeded))
        {
            LoweringContext context = new(graph, call);
            try
            {
                options.Lowerings.Find(call)!(context); // checked above
            }
            catch (UnsupportedLoweringException error)
            {
                failed.Add(new UnsupportedOperator(call.DisplayName, error.Message, [call.Location]));
                foreach (TraceValue result in call.Results)
                    graph.SetFailed(result);
            }
            catch (ModelFormatException error)
            {
                throw new CaptureException($"{call.DisplayName} at {call.Location} could not be written as a graph: {error.Message}", error);
            }
        }

        if (failed.Count > 0)
            throw new UnsupportedOperatorException(failed);
        AddOutputs(trace, options, graph, builder);
        return builder.Build();
    }

    private static void RequireLowerings(IEnumerable<TracedCall> calls, LoweringTable table)
    {
        UnsupportedOperator[] missing = [.. calls
            .Where(call => table.Find(call) is null)
            .GroupBy(call => call.DisplayName)
            .Select(group => new UnsupportedOperator(group.Key, "has no lowering; add one with LoweringTable.WithFunction", [.. group.Select(call => call.Location).Distinct()]))];
        if (missing.Length > 0)
            throw new UnsupportedOperatorException(missing);
    }

    private static void AddOutputs(Trace trace, CaptureOptions options, TraceGraph graph, GraphBuilder builder)
    {
        for (int i = 0; i < trace.Outputs.Count; i++)
        {
            string name = i < options.OutputNames.Count ? options.OutputNames[i] : trace.OutputNames[i] ?? (i == 0 ? "output" : $"output_{i}");
            Value value = graph.ValueOf(trace.Outputs[i]);
            bool isTaken = builder.Graph.FindValue(name) is { } other && other != value;
            builder.Output(value, isTaken ? builder.UniqueName(name) : name);
        }
    }
}
