using Hone.Compression.Channels;
using Hone.Evaluation;
using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Compression;

/// <summary>Removes channels and checks what must hold whatever the network.</summary>
internal static class ShrinkCheck
{
    /// <summary>
    /// The channels of a plan are first made zero by its masks, then removed by the plan and, from the zeros alone, by the pass: all three graphs
    /// give the same outputs, and the pass finds what the plan has removed.
    /// </summary>
    internal static (Graph Shrunk, ChannelPlan Plan) MasksThenRemoves(Graph graph, ChannelPruningOptions? options = null, Func<Dimension,
        long>? dimension = null)
    {
        GraphChecker.Check(graph);
        ChannelPlan plan = ChannelPlan.Create(graph, options);
        Graph masked = Masked(graph, plan.Masks());
        ChannelPlan zeros = ChannelPlan.CreateForZeros(masked);
        Graph shrunk = zeros.Shrink();
        GraphChecker.Check(shrunk);
        Graph removed = plan.Shrink();
        GraphChecker.Check(removed);
        Assert.Equal(Shapes(removed), Shapes(shrunk));
        AssertSameOutputs(masked, shrunk, dimension);
        Assert.False(new RemoveZeroChannels().Run(shrunk));
        return (shrunk, plan);
    }

    internal static void AssertSameOutputs(Graph expected, Graph actual, Func<Dimension, long>? dimension = null, double relative = 1e-5)
    {
        Assert.Equal(expected.Inputs.Select(i => i.Name), actual.Inputs.Select(i => i.Name));
        Assert.Equal(expected.Outputs.Select(o => o.ToString()), actual.Outputs.Select(o => o.ToString()));
        Dictionary<string, Tensor> feeds = RandomTensors.FeedsOf(expected, dimension: dimension);
        using IGraphRunner first = ReferenceEngine.Instance.Prepare(expected, expected.Outputs);
        using IGraphRunner second = ReferenceEngine.Instance.Prepare(actual, actual.Outputs);
        foreach (((Tensor left, Tensor right), Value output) in first.Run(feeds).Zip(second.Run(feeds)).Zip(expected.Outputs))
            TensorAssert.Close(left, right, relative, 1e-6 * Math.Max(1, left.ToSingleArray().Max(Math.Abs)), output.Name);
    }

    internal static Graph Masked(Graph graph, IReadOnlyDictionary<string, Tensor> masks)
    {
        Graph masked = graph.Copy();
        GraphPatch patch = new(masked, "mask");
        foreach ((string name, Tensor mask) in masks)
        {
            Value constant = masked.FindValue(name)!;
            float[] elements = [.. constant.Constant!.ToSingleArray().Zip(mask.ToSingleArray(), (e, m) => e * m)];
            patch.ReplaceConstant(constant, Tensor.Create(elements, constant.Constant.Shape.Dimensions));
        }

        patch.Apply();
        return masked;
    }

    private static IEnumerable<string> Shapes(Graph graph) =>
        graph.Nodes.Select(n => $"{n.Name}: {string.Join(", ", n.Inputs.Concat(n.Outputs).Select(v => v?.Shape))}");
}
