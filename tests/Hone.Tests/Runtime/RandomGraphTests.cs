using Hone.Evaluation;
using Hone.Graphs;
using Hone.Kernels.Cpu;
using Hone.Runtime;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>Random networks against the reference evaluation: layouts, in-place steps, views, concatenations in place and the arena must never show.</summary>
public class RandomGraphTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void RandomGraph_GivesTheReferenceOutputs(int seed)
    {
        Graph graph = RandomGraphs.Create(seed);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), new CompileOptions { Accuracy = Accuracy.Exact, Optimizes = seed % 2 == 0 });
        for (int batch = 1; batch <= 3; batch++)
        {
            Dictionary<string, Tensor> feeds = RandomTensors.FeedsOf(graph, seed + batch, _ => batch);
            AssertSame(graph, compiled.Run(feeds), feeds);
        }
    }

    /// <summary>Every value of the graph as an output: nothing is fused away or overwritten.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(102)]
    public void EveryValueAsOutput_GivesTheReferenceOutputs(int seed)
    {
        Graph graph = RandomGraphs.Create(seed);
        Value[] values = [.. graph.Nodes.SelectMany(n => n.Outputs).OfType<Value>(), graph.Inputs[0]];
        Dictionary<string, Tensor> feeds = RandomTensors.FeedsOf(graph, seed);
        using IGraphRunner expected = ReferenceEngine.Instance.Prepare(graph, values);
        using IGraphRunner actual = new RuntimeEngine(new CompileOptions { Accuracy = Accuracy.Exact }).Prepare(graph, values);
        foreach ((Tensor e, Tensor a) in expected.Run(feeds).Zip(actual.Run(feeds)))
            TensorAssert.Close(e, a, 2e-5, 2e-5);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(202)]
    [InlineData(203)]
    public void NumberOfThreads_DoesNotChangeABit(int seed)
    {
        Graph graph = RandomGraphs.Create(seed);
        Dictionary<string, Tensor> feeds = RandomTensors.FeedsOf(graph, seed, _ => 3);
        using CompiledModel one = CompiledModel.Compile(new Model(graph), new CompileOptions { Threads = 1 });
        using CompiledModel all = CompiledModel.Compile(new Model(graph));
        IReadOnlyDictionary<string, Tensor> expected = one.Run(feeds), actual = all.Run(feeds);
        foreach ((string name, Tensor tensor) in expected)
            Assert.True(tensor.BitwiseEquals(actual[name]), $"Output {name} differs.");
    }

    [Theory]
    [InlineData(300)]
    [InlineData(301)]
    public void StaticKernels_GiveTheReferenceOutputs(int seed)
    {
        Graph graph = RandomGraphs.Create(seed);
        Dictionary<string, Tensor> feeds = RandomTensors.FeedsOf(graph, seed);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), new CompileOptions { ForceStaticKernels = true, Accuracy = Accuracy.Exact });
        AssertSame(graph, compiled.Run(feeds), feeds);
    }

    private static void AssertSame(Graph graph, IReadOnlyDictionary<string, Tensor> actual, Dictionary<string, Tensor> feeds)
    {
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        IReadOnlyList<Tensor> expected = reference.Run(feeds);
        for (int i = 0; i < expected.Count; i++)
            TensorAssert.Close(expected[i], actual[graph.Outputs[i].Name], 2e-5, 2e-5, graph.Outputs[i].Name);
    }
}
