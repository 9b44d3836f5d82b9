using Hone.Compression.Channels;
using Hone.Graphs;
using Hone.Onnx;
using Hone.Passes;
using Hone.TestKit;

namespace Hone.Tests.Compression;

/// <summary>Real models, beside the repository where they are present.</summary>
public class SharedModelShrinkTests
{
    public static TheoryData<string, double, int> Models => new()
    {
        { "cnn_mnist_pytorch.onnx", 0.5, 1 },
        { "mobilenetv2_fp32.onnx", 0.5, 1 },
        { "pretrainedResnet.onnx", 0.5, 1 },
        { "pytorch_super_resolution.onnx", 0.5, 1 },
        { "version-RFB-320.onnx", 0.3, 1 },
        { "vww_96.onnx", 0.5, 1 },
        { "yolox_nano.onnx", 0.3, 1 },
        { "vit_fashion.onnx", 0.5, 1 },
        { "ad01.onnx", 0.5, 1 },
        { "ch_ppocr_mobile_v2.0_cls_infer.onnx", 0.3, 48 },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Masked_ThenRemoved_GivesTheSameOutputs(string file, double ratio, int size)
    {
        string? path = RepositoryFiles.Shared("models", file).SingleOrDefault();
        Assert.SkipWhen(path is null, $"{file} is not there.");
        Graph graph = OnnxReader.Load(path!).Graph;
        PortablePipeline.Create().Run(graph);
        (Graph shrunk, ChannelPlan plan) = ShrinkCheck.MasksThenRemoves(graph, new ChannelPruningOptions { Ratio = ratio }, _ => size);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{file}: {graph.ConstantByteCount()} -> {shrunk.ConstantByteCount()} bytes; {string.Join("; ", plan.Groups)}");
        Assert.False(plan.IsEmpty);
        Assert.True(shrunk.ConstantByteCount() < graph.ConstantByteCount());
    }
}
