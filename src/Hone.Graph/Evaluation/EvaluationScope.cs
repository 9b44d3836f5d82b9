using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Evaluation;

/// <summary>The tensors of the values of one graph during a run, and those of the graphs around it.</summary>
public sealed class EvaluationScope
{
    private readonly Dictionary<Value, Tensor> _tensors = [];
    private readonly EvaluationScope? _outer;

    /// <summary>Opens a scope.</summary>
    /// <param name="outer">The scope of the graph around, or null at the top.</param>
    /// <param name="cancellationToken">Stops the run between two nodes.</param>
    public EvaluationScope(EvaluationScope? outer = null, CancellationToken cancellationToken = default)
    {
        _outer = outer;
        CancellationToken = outer?.CancellationToken ?? cancellationToken;
        NestedRunner = outer?.NestedRunner;
    }

    /// <value>Stops the run between two nodes.</value>
    public CancellationToken CancellationToken { get; }

    /// <value>What runs the nested graphs of control-flow nodes; null for the reference evaluation. Scopes inside inherit it.</value>
    public INestedGraphRunner? NestedRunner { get; init; }

    /// <summary>Runs a nested graph whose inputs are set in this scope.</summary>
    internal IReadOnlyList<Tensor> RunNested(Graph graph) => NestedRunner?.Run(graph, this) ?? GraphEvaluation.Run(graph, this, graph.Outputs);

    /// <summary>The tensor of a value, from this scope or one around it; a constant is its own tensor.</summary>
    public Tensor? Find(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Constant ?? (_tensors.TryGetValue(value, out Tensor? tensor) ? tensor : _outer?.Find(value));
    }

    /// <summary>Gives a value its tensor.</summary>
    public void Set(Value value, Tensor tensor) => _tensors[value] = tensor;

    /// <summary>Forgets the tensor of a value and returns it, or null.</summary>
    internal Tensor? Remove(Value value) => _tensors.Remove(value, out Tensor? tensor) ? tensor : null;
}
