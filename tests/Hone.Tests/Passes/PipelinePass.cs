using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Tests.Passes;

/// <summary>A whole pipeline as one pass, for the checks that hold for every pass.</summary>
internal sealed class PipelinePass(PassPipeline pipeline) : IGraphPass
{
    public string Name => "pipeline";

    public bool Run(Graph graph)
    {
        string before = graph.ToString();
        pipeline.Run(graph);
        return graph.ToString() != before;
    }
}
