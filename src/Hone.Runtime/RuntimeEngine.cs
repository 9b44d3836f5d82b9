using Hone.Evaluation;
using Hone.Graphs;

namespace Hone.Runtime;

/// <summary>Runs graphs compiled for this machine: what calibration, error analysis and evaluation use.</summary>
public sealed class RuntimeEngine : IGraphEngine
{
    private readonly CompileOptions _options;

    /// <summary>Creates an engine.</summary>
    /// <param name="options">How every graph is compiled; null for the defaults.</param>
    public RuntimeEngine(CompileOptions? options = null) => _options = options ?? CompileOptions.Default;

    /// <inheritdoc/>
    /// <exception cref="HoneException">The graph breaks the rules of an operator.</exception>
    public IGraphRunner Prepare(Graph graph, IReadOnlyList<Value> outputs)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(outputs);
        return new RuntimeRunner(CompiledModel.Compile(graph, outputs, _options));
    }
}
