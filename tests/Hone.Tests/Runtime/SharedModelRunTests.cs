using Hone.Evaluation;
using Hone.Graphs;
using Hone.Kernels.Cpu;
using Hone.Runtime;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>Small real models of every kind on the runtime and on the reference evaluation.</summary>
public class SharedModelRunTests
{
    /// <summary>File, size of the open dimension that is no batch, and the sample rate where the model asks for one.</summary>
    [Theory]
    [InlineData("silero_vad_v5.onnx", 512, 16000)]
    [InlineData("silero_vad_v5.onnx", 256, 8000)]
    [InlineData("silero_vad_legacy.onnx", 512, 16000)]
    [InlineData("magika_standard_v3_3.onnx", 2048, 0)]
    [InlineData("stories260K_full.onnx", 7, 0)]
    [InlineData("stories260K_kv.onnx", 1, 0)]
    [InlineData("charrnn_shakespeare.onnx", 1, 0)]
    [InlineData("vit_fashion.onnx", 1, 0)]
    public void Model_GivesTheReferenceOutputs(string file, int length, long rate)
    {
        string? path = RepositoryFiles.Shared("models", file).SingleOrDefault();
        Assert.SkipWhen(path is null, "The shared models are absent.");
        Model model = Model.Load(path!);
        Dictionary<string, Tensor> feeds = Feeds(model.Graph, length, rate);
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(model.Graph, model.Graph.Outputs);
        using CompiledModel compiled = CompiledModel.Compile(model, new CompileOptions { Accuracy = Accuracy.Exact });
        IReadOnlyDictionary<string, Tensor> actual = compiled.Run(feeds);
        foreach ((Value output, Tensor expected) in model.Graph.Outputs.Zip(reference.Run(feeds)))
            TensorAssert.Close(expected, actual[output.Name], 1e-3, 1e-4, output.Name);
        Assert.Empty(compiled.Profile()[0].Steps.Where(s => s.IsReference).Select(s => s.Operators));
    }

    private static Dictionary<string, Tensor> Feeds(Graph graph, int length, long rate)
    {
        Random random = new(4);
        Dictionary<string, Tensor> feeds = [];
        foreach (Value input in graph.Inputs)
        {
            // Recurrent states have three dimensions, of which the batch alone is open.
            bool isState = input.Shape is { Rank: 3 };
            bool isOpenBatch = input.Shape is { Rank: > 1 } shape && !shape[0].IsFixed;
            long[] dimensions = [.. (input.Shape ?? SymbolicShape.Scalar).Select((d, i) => d.IsFixed ? d.Value : isState || (isOpenBatch && i == 0) ? 1 : length)];
            feeds.Add(input.Name, rate > 0 && input.DataType == DataType.Int64 ? Tensor.Scalar(rate) : RandomTensors.Create(random, input.DataType, dimensions));
        }

        return feeds;
    }
}
