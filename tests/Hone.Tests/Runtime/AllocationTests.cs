using Hone.Graphs;
using Hone.Runtime;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>A session allocates no managed memory once it has run, whatever the steps, as long as none runs by reference evaluation.</summary>
public class AllocationTests
{
    [Theory]
    [InlineData("mobilenetv2_fp32.onnx")]
    [InlineData("mobilenetv2_qdq.onnx")]
    [InlineData("pretrainedResnet.onnx")]
    [InlineData("vit_fashion.onnx")]
    [InlineData("charrnn_shakespeare.onnx")]
    [InlineData("version-RFB-320.onnx")]
    [InlineData("stories260K_full.onnx")]
    [InlineData("magika_standard_v3_3.onnx")]
    public void SharedModel_AllocatesNothing(string file)
    {
        string? path = RepositoryFiles.Shared("models", file).SingleOrDefault();
        Assert.SkipWhen(path is null, "The shared models are absent.");
        Model model = Model.Load(path!);
        foreach (int threads in new[] { 1, 2 })
        {
            using CompiledModel compiled = CompiledModel.Compile(model, new CompileOptions { Threads = threads });
            AssertAllocatesNothing(compiled, RandomTensors.FeedsOf(model.Graph, 1, _ => 1), file);
        }
    }

    [Fact]
    public void RandomGraphs_AllocateNothing()
    {
        int checkedGraphs = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            foreach (Graph graph in new[] { RandomGraphs.Create(seed), RandomQuantizedGraphs.Create(seed) })
            {
                Dictionary<string, Tensor> feeds = RandomTensors.FeedsOf(graph, seed);
                using CompiledModel compiled = CompiledModel.Compile(new Model(graph), new CompileOptions { Threads = 1 });
                compiled.Run(feeds);
                if (compiled.Profile()[0].Steps.Any(s => s.IsReference))
                    continue;
                AssertAllocatesNothing(compiled, feeds, $"Seed {seed}");
                checkedGraphs++;
            }
        }

        Assert.InRange(checkedGraphs, 40, 80);
    }

    internal static void AssertAllocatesNothing(CompiledModel compiled, Dictionary<string, Tensor> feeds, string what)
    {
        using Session session = compiled.CreateSession(feeds);
        session.Run();

        // What a run allocates, every run allocates. A thread's own scratch memory grows when the thread first takes an item of a kind: once, but at any time.
        long allocated = long.MaxValue;
        for (int round = 0; round < 8 && allocated > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 5; i++)
                session.Run();
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(allocated == 0, $"{what}: {allocated} bytes in five runs.");
    }
}
