using Hone.Evaluation;
using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators;

/// <summary>Evaluates and infers single nodes.</summary>
internal static class OperatorRun
{
    /// <summary>The only output of a node whose inputs are fed; null leaves an input out.</summary>
    internal static Tensor Single(string operatorName, AttributeMap? attributes, params Tensor?[] inputs) => Outputs(operatorName, 1, attributes, inputs)[0];

    internal static IReadOnlyList<Tensor> Outputs(string operatorName, int outputCount, AttributeMap? attributes, params Tensor?[] inputs)
    {
        (Graph graph, Dictionary<string, Tensor> feeds) = GraphOf(operatorName, outputCount, attributes, inputs);
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        return runner.Run(feeds);
    }

    /// <summary>What inference says of the first output, where nothing but element types and shapes is known.</summary>
    internal static Value Infer(string operatorName, AttributeMap? attributes, params (DataType DataType, SymbolicShape? Shape)[] inputs)
    {
        GraphBuilder builder = new();
        return builder.Node(operatorName, inputs.Select((x, i) => builder.Input($"x{i}", x.DataType, x.Shape)).ToArray(), attributes);
    }

    /// <summary>Evaluates a node here and in ONNX Runtime, and compares the outputs.</summary>
    internal static void AgreesWithOnnxRuntime(string operatorName, AttributeMap? attributes, double relative, double absolute, params Tensor?[] inputs)
    {
        (Graph graph, Dictionary<string, Tensor> feeds) = GraphOf(operatorName, 1, attributes, inputs);
        using OnnxRuntimeSession session = OnnxRuntimeSession.Of(new Model(graph));
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        TensorAssert.Close(session.Run(feeds)[0], runner.Run(feeds)[0], relative, absolute, operatorName);
    }

    /// <summary>Evaluation says what is wrong in an error of this library.</summary>
    internal static void Fails(string operatorName, AttributeMap? attributes, params Tensor?[] inputs)
    {
        HoneException error = Assert.ThrowsAny<HoneException>(() => Single(operatorName, attributes, inputs));
        Assert.Contains(operatorName, error.Message, StringComparison.Ordinal);
    }

    private static (Graph Graph, Dictionary<string, Tensor> Feeds) GraphOf(string operatorName, int outputCount, AttributeMap? attributes, Tensor?[] inputs)
    {
        GraphBuilder builder = new("node");
        Dictionary<string, Tensor> feeds = [];
        Value?[] values = new Value?[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is not { } tensor)
                continue;
            values[i] = builder.Input($"x{i}", tensor.DataType, new SymbolicShape(tensor.Shape));
            feeds.Add($"x{i}", tensor);
        }

        Node node = builder.Node(operatorName, values, Enumerable.Range(0, outputCount).Select(i => $"y{i}").ToArray(), attributes);
        foreach (Value? output in node.Outputs)
            builder.Output(output!);
        return (builder.Build(), feeds);
    }
}
