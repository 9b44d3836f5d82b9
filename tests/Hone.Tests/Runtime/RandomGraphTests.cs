using Hone.Evaluation;
using Hone.Graphs;
using Hone.Kernels.Cpu;
using Hone.Runtime;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>
/// Random networks against the reference evaluation: layouts, in-place steps, views, concatenations in place and the arena must never show.
/// </summary>
public class RandomGraphTests
{
    private static readonly CompileOptions s_exact = new() { Accuracy = Accuracy.Exact };

    /// <summary>As many as take a few seconds; the environment variable <c>HONE_RANDOM_GRAPHS</c> asks for more.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, int.Parse(Environment.GetEnvironmentVariable("HONE_RANDOM_GRAPHS") ?? "150"))];

    public static TheoryData<int> FewSeeds => [.. Enumerable.Range(1000, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void FloatGraph_GivesTheReferenceOutputs(int seed)
    {
        Graph graph = RandomGraphs.Create(seed);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), s_exact with { Optimizes = seed % 2 == 0, ForceStaticKernels = seed % 7 == 0 });
        for (int batch = 1; batch <= 3; batch++)
        {
            Dictionary<string, Tensor> feeds = RandomTensors.FeedsOf(graph, seed + batch, _ => batch);
            AssertClose(graph, compiled.Run(feeds), feeds);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void QuantizedGraph_GivesTheReferenceBits(int seed)
    {
        Graph graph = RandomQuantizedGraphs.Create(seed);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), s_exact with { Optimizes = seed % 2 == 0, ForceStaticKernels = seed % 7 == 0 });
        for (int batch = 1; batch <= 3; batch += 2)
        {
            Dictionary<string, Tensor> feeds = RandomTensors.FeedsOf(graph, seed + batch, _ => batch);
            AssertSameBits(Expected(graph, feeds), compiled.Run(feeds));
        }
    }

    /// <summary>Every value of the graph as an output: nothing is fused away or overwritten.</summary>
    [Theory]
    [MemberData(nameof(FewSeeds))]
    public void EveryValueAsOutput_GivesTheReferenceOutputs(int seed)
    {
        Graph graph = RandomGraphs.Create(seed);
        Value[] values = [.. graph.Nodes.SelectMany(n => n.Outputs).OfType<Value>(), graph.Inputs[0]];
        Dictionary<string, Tensor> feeds = RandomTensors.FeedsOf(graph, seed);
        using IGraphRunner expected = ReferenceEngine.Instance.Prepare(graph, values);
        using IGraphRunner actual = new RuntimeEngine(s_exact).Prepare(graph, values);
        foreach ((Tensor e, Tensor a) in expected.Run(feeds).Zip(actual.Run(feeds)))
            TensorAssert.Close(e, a, 2e-5, 2e-5);
    }

    /// <summary>One thread, all, and more than the machine has.</summary>
    [Theory]
    [MemberData(nameof(FewSeeds))]
    public void NumberOfThreads_DoesNotChangeABit(int seed)
    {
        foreach (Graph graph in new[] { RandomGraphs.Create(seed), RandomQuantizedGraphs.Create(seed) })
        {
            Dictionary<string, Tensor> feeds = RandomTensors.FeedsOf(graph, seed, _ => 3);
            using CompiledModel one = CompiledModel.Compile(new Model(graph), new CompileOptions { Threads = 1 });
            IReadOnlyDictionary<string, Tensor> expected = one.Run(feeds);
            foreach (int threads in new[] { 0, 2, 3, 64 })
            {
                using CompiledModel other = CompiledModel.Compile(new Model(graph), new CompileOptions { Threads = threads });
                AssertSameBits(expected, other.Run(feeds));
            }
        }
    }

    /// <summary>Several threads run one compiled model at once, on inputs of different shapes, by sessions and by single runs.</summary>
    [Theory]
    [InlineData(2000)]
    [InlineData(2001)]
    [InlineData(2002)]
    public async Task ConcurrentRuns_DoNotDisturbEachOther(int seed)
    {
        Graph graph = RandomGraphs.Create(seed);
        // Fewer plans than shapes: plans are dropped while they are in use.
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph), new CompileOptions { Threads = 3, MostPlans = 2 });
        Dictionary<string, Tensor>[] feeds = [.. Enumerable.Range(1, 4).Select(batch => RandomTensors.FeedsOf(graph, seed + batch, _ => batch))];
        IReadOnlyDictionary<string, Tensor>[] expected = Array.ConvertAll(feeds, f => compiled.Run(f));
        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < 20; i++)
                {
                    int shape = (worker + i) % feeds.Length;
                    AssertSameBits(expected[shape], compiled.Run(feeds[shape]));
                    using Session session = compiled.CreateSession(feeds[worker % feeds.Length]);
                    session.Run();
                    session.Run();
                    AssertSameBits(expected[worker % feeds.Length], graph.Outputs.ToDictionary(o => o.Name, o => session.Output(o.Name)));
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
    }

    private static Dictionary<string, Tensor> Expected(Graph graph, Dictionary<string, Tensor> feeds)
    {
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        return graph.Outputs.Zip(reference.Run(feeds)).ToDictionary(p => p.First.Name, p => p.Second);
    }

    private static void AssertClose(Graph graph, IReadOnlyDictionary<string, Tensor> actual, Dictionary<string, Tensor> feeds)
    {
        foreach ((string name, Tensor expected) in Expected(graph, feeds))
            TensorAssert.Close(expected, actual[name], 2e-5, 2e-5, name);
    }

    private static void AssertSameBits(IReadOnlyDictionary<string, Tensor> expected, IReadOnlyDictionary<string, Tensor> actual)
    {
        foreach ((string name, Tensor tensor) in expected)
            Assert.True(tensor.BitwiseEquals(actual[name]), $"Output {name} differs.");
    }
}
