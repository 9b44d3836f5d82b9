using Hone.Graphs;

namespace Hone.Torch.GraphModules;

/// <summary>How a graph becomes a module.</summary>
public sealed record GraphModuleOptions
{
    /// <value>Which of the floating-point constants that could be trained are parameters; null takes all.</value>
    public Func<Value, bool>? IsTrainable { get; init; }

    /// <value>Executors for operators beyond the built-in ones, or in their place. Keys are domain-qualified names, for example <c>acme.Norm</c>.</value>
    public IReadOnlyDictionary<string, NodeExecutor>? Executors { get; init; }
}
