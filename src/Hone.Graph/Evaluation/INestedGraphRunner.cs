using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Evaluation;

/// <summary>Runs the nested graphs of control-flow nodes in place of the reference evaluation.</summary>
public interface INestedGraphRunner
{
    /// <summary>Runs a nested graph.</summary>
    /// <param name="graph">The body or branch of a node.</param>
    /// <param name="scope">Holds the graph's inputs; <see cref="EvaluationScope.Find"/> reaches the values of graphs around.</param>
    /// <returns>The outputs of the graph, which the caller disposes.</returns>
    IReadOnlyList<Tensor> Run(Graph graph, EvaluationScope scope);
}
