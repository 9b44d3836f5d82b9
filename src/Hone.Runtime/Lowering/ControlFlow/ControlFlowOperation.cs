using Hone.Evaluation;
using Hone.Graphs;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.ControlFlow;

/// <summary>Branches and loops by the operator's own evaluation, whose nested graphs are compiled like any model.</summary>
internal sealed class ControlFlowOperation(NodeGroup group, CompileOptions options) : Operation(group), INestedGraphRunner
{
    private readonly Dictionary<Graph, NestedModel> _models = [];

    internal override long PackedByteCount => _models.Values.Sum(m => m.PackedByteCount);

    internal override INestedGraphRunner NestedRunner => this;

    internal override void Prepare()
    {
        foreach (Graph nested in Group.Anchor.Subgraphs)
        {
            try
            {
                _models.Add(nested, new NestedModel(nested, options));
            }
            catch (HoneException)
            {
                // A branch that does not fit the shapes around it need not be taken; when it is, reference evaluation reports what is wrong.
            }
        }
    }

    IReadOnlyList<Tensor> INestedGraphRunner.Run(Graph graph, EvaluationScope scope) =>
        _models.TryGetValue(graph, out NestedModel? model) ? model.Run(scope) : GraphEvaluation.Run(graph, scope, graph.Outputs);

    protected override bool TryPlan(PlanBuilder plan) => false;

    protected override void Release()
    {
        foreach (NestedModel model in _models.Values)
            model.Dispose();
    }
}
