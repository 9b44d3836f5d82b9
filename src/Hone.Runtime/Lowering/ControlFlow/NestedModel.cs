using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.ControlFlow;

/// <summary>A nested graph, compiled; the values around that it reads are inputs of the compiled model.</summary>
internal sealed class NestedModel : IDisposable
{
    private readonly Value[] _sources;
    private readonly CompiledModel _model;

    internal NestedModel(Graph nested, CompileOptions options)
    {
        Graph graph = nested.Detach(out IReadOnlyList<Value> captured);
        _sources = [.. nested.Inputs, .. captured];
        // What surrounds a nested graph may read padding.
        _model = CompiledModel.Compile(graph, null, options with { RemovesPadding = false });
    }

    internal long PackedByteCount => _model.PackedByteCount;

    internal IReadOnlyList<Tensor> Run(EvaluationScope scope)
    {
        Dictionary<string, Tensor> inputs = new(StringComparer.Ordinal);
        for (int i = 0; i < _sources.Length; i++)
            inputs.Add(_model.Inputs[i].Name, scope.Find(_sources[i]) ?? throw new HoneException($"The value '{_sources[i].Name}' has no tensor yet."));
        return _model.RunInOrder(inputs, scope.CancellationToken);
    }

    public void Dispose() => _model.Dispose();
}
