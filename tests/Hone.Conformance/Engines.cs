using Hone.Evaluation;
using Hone.Runtime;

namespace Hone.Conformance;

/// <summary>The engines that must agree with the official cases, one per line; the list of skipped cases is <c>Skips/&lt;name&gt;.txt</c>.</summary>
internal static class Engines
{
    internal static IReadOnlyDictionary<string, IGraphEngine> All { get; } = new Dictionary<string, IGraphEngine>
    {
        ["Reference"] = ReferenceEngine.Instance,
        ["Runtime"] = new RuntimeEngine(),
        ["StaticKernels"] = new RuntimeEngine(new CompileOptions { ForceStaticKernels = true, Optimizes = false }),
    };
}
