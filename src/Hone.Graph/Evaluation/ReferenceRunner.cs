using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Evaluation;

/// <summary>Runs one graph by reference evaluation.</summary>
internal sealed class ReferenceRunner(Graph graph, IReadOnlyList<Value> outputs) : IGraphRunner
{
    public IReadOnlyList<Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken = default)
    {
        RunInputs.Check(graph, inputs);
        EvaluationScope scope = new(cancellationToken: cancellationToken);
        foreach (Value input in graph.Inputs)
            scope.Set(input, inputs[input.Name]);
        return GraphEvaluation.Run(graph, scope, outputs);
    }

    public void Dispose()
    {
    }
}
