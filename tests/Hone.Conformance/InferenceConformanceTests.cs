using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Conformance;

/// <summary>What type and shape inference claims holds for what the reference evaluation gives, however much is known beforehand.</summary>
public class InferenceConformanceTests
{
    private const string NoCases = "(no cases)";

    public static TheoryData<string> Cases => [.. OnnxCases.All.Keys.DefaultIfEmpty(NoCases)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void InferredTypes_HoldForTheEvaluatedTensors(string name)
    {
        Assert.SkipWhen(name == NoCases, $"The official ONNX cases are absent: install libonnx-testdata, or let {OnnxCases.Variable} name their folder or .tar.gz.");
        Graph graph;
        (IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Outputs) data;
        try
        {
            graph = OnnxCases.All[name].LoadModel().Graph;
            data = OnnxCases.All[name].LoadDataSets().First();
        }
        catch (HoneException e)
        {
            Assert.Skip($"Not read, which the other test judges: {e.Message}");
            return;
        }

        Assert.SkipWhen(graph.Nodes.Any(n => n.Subgraphs.Any()), "A nested graph cannot be moved to another graph.");
        foreach (bool symbolic in (bool[])[false, true])
        {
            // All inputs are fed; all but the first are constants, as shapes, axes and weights mostly are; all are constants.
            foreach (int fedInputs in new HashSet<int> { data.Inputs.Count, Math.Min(1, data.Inputs.Count), 0 })
                Check(Rebuild(graph, data.Inputs, fedInputs, symbolic), data.Inputs);
        }
    }

    private static Graph Rebuild(Graph graph, IReadOnlyList<Tensor> inputs, int fedInputs, bool symbolic)
    {
        GraphBuilder builder = new(graph.Name);
        Dictionary<Value, Value> copies = graph.Constants.ToDictionary(c => c, c => builder.Constant(c.Name, c.Constant!));
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            Value input = graph.Inputs[i];
            SymbolicShape shape = symbolic ? new(inputs[i].Shape.Select((_, axis) => Dimension.Symbolic(Symbol(input, axis))).ToArray()) : new(inputs[i].Shape);
            copies[input] = i < fedInputs ? builder.Input(input.Name, inputs[i].DataType, shape) : builder.Constant(input.Name, inputs[i]);
        }

        foreach (Node node in graph.Nodes)
        {
            Node copy = builder.Node(
                node.Operator.Name,
                node.Inputs.Select(i => i is null ? null : copies[i]).ToArray(),
                node.Outputs.Select(o => o?.Name).ToArray(),
                node.Attributes,
                node.Name,
                node.Operator.Domain);
            foreach ((Value? from, Value? to) in node.Outputs.Zip(copy.Outputs))
            {
                if (from is not null)
                    copies[from] = to!;
            }
        }

        foreach (Value output in graph.Outputs)
            builder.Output(copies[output]);
        return builder.Build();
    }

    private static void Check(Graph graph, IReadOnlyList<Tensor> inputs)
    {
        Value[] values = graph.Nodes.SelectMany(n => n.Outputs).OfType<Value>().ToArray();
        Dictionary<string, Tensor> feeds = graph.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second);
        Dictionary<string, long> symbols = [];
        foreach (Value input in graph.Inputs)
        {
            for (int axis = 0; axis < input.Shape!.Rank; axis++)
                symbols[Symbol(input, axis)] = feeds[input.Name].Shape[axis];
        }

        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(graph, values);
        foreach ((Value value, Tensor actual) in values.Zip(runner.Run(feeds, TestContext.Current.CancellationToken)))
        {
            Assert.True(value.DataType == actual.DataType, $"{value} was inferred, {actual} evaluated.");
            Assert.True(value.Shape?.Accepts(actual.Shape) ?? true, $"{value} was inferred, {actual} evaluated.");
            for (int axis = 0; axis < (value.Shape?.Rank ?? 0); axis++)
                AssertHolds(value, value.Shape![axis], actual.Shape[axis], symbols);
            if (value.Contents is not { } contents)
                continue;
            long[] elements = actual.DataType == DataType.Bool ? Array.ConvertAll(actual.AsSpan<bool>().ToArray(), b => b ? 1L : 0L) : actual.ToInt64Array();
            Assert.Equal(elements.Length, contents.Count);
            for (int i = 0; i < elements.Length; i++)
                AssertHolds(value, contents[i], elements[i], symbols);
        }
    }

    /// <summary>Expressions of several symbols are not evaluated here.</summary>
    private static void AssertHolds(Value value, Dimension inferred, long actual, Dictionary<string, long> symbols)
    {
        if (inferred.IsFixed)
            Assert.True(inferred.Value == actual, $"{value}: {inferred} was inferred, {actual} evaluated.");
        else if (inferred.Symbol is { } symbol && symbols.TryGetValue(symbol, out long expected))
            Assert.True(expected == actual, $"{value}: {symbol}, which is {expected}, was inferred, {actual} evaluated.");
    }

    private static string Symbol(Value input, int axis) => $"{input.Name}_{axis}";
}
