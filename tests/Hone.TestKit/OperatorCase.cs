using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;
using Xunit;

namespace Hone.TestKit;

/// <summary>One node with its inputs, to evaluate alone.</summary>
/// <param name="OperatorName">Name in its domain.</param>
/// <param name="Inputs">Null where an input is left out.</param>
public sealed record OperatorCase(string OperatorName, params Tensor?[] Inputs)
{
    /// <value>The node's attributes.</value>
    public AttributeMap Attributes { get; init; } = AttributeMap.Empty;

    /// <value>Empty for the standard operators.</value>
    public string Domain { get; init; } = "";

    /// <value>How many outputs the node lists.</value>
    public int OutputCount { get; init; } = 1;

    /// <value>Which inputs are constants of the model.</value>
    public IReadOnlyCollection<int> Constants { get; init; } = [];

    /// <summary>The outputs by reference evaluation, after checking that types and shapes were inferred right and completely.</summary>
    public IReadOnlyList<Tensor> Evaluate()
    {
        Graph graph = Build();
        IReadOnlyList<Tensor> outputs = Run(graph);
        for (int i = 0; i < outputs.Count; i++)
        {
            Assert.Equal(graph.Outputs[i].DataType, outputs[i].DataType);
            Assert.Equal(graph.Outputs[i].Shape, new SymbolicShape(outputs[i].Shape));
        }

        return outputs;
    }

    /// <summary>The outputs by reference evaluation, whatever was inferred.</summary>
    public IReadOnlyList<Tensor> Run() => Run(Build());

    /// <summary>The only output by reference evaluation.</summary>
    public Tensor EvaluateOne() => Assert.Single(Evaluate());

    /// <summary>The outputs of ONNX Runtime.</summary>
    public IReadOnlyList<Tensor> RunOnnxRuntime()
    {
        using OnnxRuntimeSession session = OnnxRuntimeSession.Of(new Model(Build()));
        return session.Run(Feeds());
    }

    /// <summary>Reference evaluation and ONNX Runtime agree.</summary>
    public void AgreesWithOnnxRuntime(double relative = 1e-4, double absolute = 1e-5)
    {
        IReadOnlyList<Tensor> expected = RunOnnxRuntime();
        IReadOnlyList<Tensor> actual = Run();
        for (int i = 0; i < expected.Count; i++)
            TensorAssert.Close(expected[i], actual[i], relative, absolute, $"output {i}");
    }

    /// <summary>A graph of the node alone.</summary>
    public Graph Build()
    {
        GraphBuilder builder = new("case");
        Value?[] values = new Value?[Inputs.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (Inputs[i] is { } tensor)
                values[i] = Constants.Contains(i) ? builder.Constant($"in{i}", tensor) : builder.Input($"in{i}", tensor.DataType, new SymbolicShape(tensor.Shape));
        }

        string[] outputs = [.. Enumerable.Range(0, OutputCount).Select(i => $"out{i}")];
        Node node = builder.Node(OperatorName, values, outputs, Attributes, domain: Domain);
        foreach (Value? output in node.Outputs)
            builder.Output(output!);
        return builder.Build();
    }

    /// <summary>The shape of the first output inferred from shapes that may hold symbols.</summary>
    /// <param name="inputs">Float32 inputs in this case's stead.</param>
    public SymbolicShape? InferShape(params ReadOnlySpan<SymbolicShape?> inputs)
    {
        GraphBuilder builder = new("shapes");
        Value?[] values = new Value?[Math.Max(inputs.Length, Inputs.Length)];
        for (int i = 0; i < values.Length; i++)
        {
            if (i < Inputs.Length && Inputs[i] is { } tensor)
                values[i] = builder.Constant($"in{i}", tensor);
            else if (i < inputs.Length)
                values[i] = builder.Input($"in{i}", DataType.Float32, inputs[i]);
        }

        return builder.Node(OperatorName, values, Attributes, domain: Domain).Shape;
    }

    private IReadOnlyList<Tensor> Run(Graph graph)
    {
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        return runner.Run(Feeds());
    }

    private Dictionary<string, Tensor> Feeds()
    {
        Dictionary<string, Tensor> feeds = [];
        for (int i = 0; i < Inputs.Length; i++)
        {
            if (Inputs[i] is { } tensor && !Constants.Contains(i))
                feeds.Add($"in{i}", tensor);
        }

        return feeds;
    }
}
