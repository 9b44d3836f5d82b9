using Hone.Evaluation;
using Hone.Graphs;
using Hone.Rewriting;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Passes;

/// <summary>Runs a pass and checks everything that holds for every pass.</summary>
internal static class PassCheck
{
    /// <summary>
    /// The graph becomes the expected one, stays lawful, computes what it computed before on random feeds, and a second run changes nothing.
    /// </summary>
    internal static void Rewrites(IGraphPass pass, Graph before, string expected)
    {
        Graph after = Run(pass, before, out bool changed);
        Assert.Equal(expected.ReplaceLineEndings("\n").Trim(), after.ToString().Trim());
        Assert.True(changed);
    }

    /// <summary>The pass leaves the graph as it is.</summary>
    internal static void LeavesAlone(IGraphPass pass, Graph graph)
    {
        string text = graph.ToString();
        Assert.False(pass.Run(graph));
        Assert.Equal(text, graph.ToString());
    }

    internal static Graph Run(IGraphPass pass, Graph before, out bool changed)
    {
        GraphChecker.Check(before);
        Graph after = before.Copy();
        changed = pass.Run(after);
        TypeInference.Run(after);
        GraphChecker.Check(after);
        AssertSameResults(before, after);
        Assert.False(pass.Run(after), "A second run changed the graph again.");
        return after;
    }

    internal static void AssertSameResults(Graph before, Graph after)
    {
        Assert.Equal(before.Inputs.Select(i => i.ToString()), after.Inputs.Select(i => i.ToString()));
        Assert.Equal(before.Outputs.Select(o => o.Name), after.Outputs.Select(o => o.Name));
        Dictionary<string, Tensor> feeds = RandomTensors.FeedsOf(before);
        using IGraphRunner first = ReferenceEngine.Instance.Prepare(before, before.Outputs);
        using IGraphRunner second = ReferenceEngine.Instance.Prepare(after, after.Outputs);
        IReadOnlyList<Tensor> expected = first.Run(feeds);
        IReadOnlyList<Tensor> actual = second.Run(feeds);
        for (int i = 0; i < expected.Count; i++)
            TensorAssert.Close(expected[i], actual[i], 1e-5, 1e-6, before.Outputs[i].Name);
    }
}
