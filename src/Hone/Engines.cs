using Hone.Evaluation;
using Hone.Runtime;

namespace Hone;

/// <summary>The engine that runs models where a caller names none.</summary>
internal static class Engines
{
    internal static IGraphEngine Default { get; } = new RuntimeEngine();
}
