using Hone.Evaluation;
using Hone.Graphs;
using Hone.Runtime;
using Hone.Tensors;
using Hone.TestKit;
using Hone.Torch.GraphModules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using HoneTensor = Hone.Tensors.Tensor;
using Tensor = TorchSharp.torch.Tensor;

namespace Hone.Torch.Tests.GraphModules;

/// <summary>ONNX models of other makers as graph modules: outputs are those of ONNX Runtime, and the gradient is the slope of the runtime's outputs.</summary>
public sealed class ImportedModelTests
{
    /// <summary>The file, and the size of open dimensions other than the batch.</summary>
    public static TheoryData<string, long> Files => new()
    {
        { "ad01.onnx", 1 }, { "ch_PP-OCRv4_det_infer.onnx", 64 }, { "ch_PP-OCRv4_rec_infer.onnx", 64 }, { "ch_ppocr_mobile_v2.0_cls_infer.onnx", 48 },
        { "charrnn_shakespeare.onnx", 5 }, { "cnn_mnist_pytorch.onnx", 1 }, { "face_detection_front_128x128_barracuda.onnx", 1 }, { "magika_standard_v3_3.onnx", 1 },
        { "mnist.onnx", 1 }, { "mobilenetv2_fp32.onnx", 1 }, { "mobilenetv2_qdq.onnx", 1 }, { "pretrainedResnet.onnx", 1 }, { "pytorch_super_resolution.onnx", 1 },
        { "stories260K_full.onnx", 6 }, { "stories260K_kv.onnx", 4 }, { "version-RFB-320.onnx", 1 }, { "vit_fashion.onnx", 1 }, { "vww_96.onnx", 1 }, { "yolox_nano.onnx", 1 },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Outputs_AreThoseOfOnnxRuntime(string file, long length)
    {
        (Model model, string path) = Load(file);
        Dictionary<string, HoneTensor> feeds = Feeds(model.Graph, length);
        using GraphModule module = new(model);
        module.eval();
        using IDisposable gradients = no_grad();
        IReadOnlyList<Tensor> actual = module.Execute([.. model.Graph.Inputs.Select(i => feeds[i.Name].ToTorch())]);
        using OnnxRuntimeSession session = new(path, optimizes: false);
        foreach ((HoneTensor expected, Tensor output) in session.Run(feeds).Zip(actual))
        {
            Assert.Equal(expected.Shape.ToArray(), output.shape);
            float[] numbers = expected.ToSingleArray();
            float scale = numbers.Max(Math.Abs);
            float error = (expected.ToTorch() - output).abs().max().item<float>();
            // A quantized model may round a code the other way.
            Assert.True(error <= (file.Contains("qdq", StringComparison.Ordinal) ? 5e-2f : 2e-4f) * scale + 1e-6f, $"error {error} at scale {scale}");
        }
    }

    [Theory]
    [InlineData("cnn_mnist_pytorch.onnx", 1)]
    [InlineData("vit_fashion.onnx", 1)]
    [InlineData("charrnn_shakespeare.onnx", 4)]
    [InlineData("stories260K_full.onnx", 5)]
    public void Gradient_IsTheSlopeOfTheRuntimesOutput(string file, long length)
    {
        (Model model, _) = Load(file);
        Dictionary<string, HoneTensor> feeds = Feeds(model.Graph, length);
        using GraphModule module = new(model);
        module.eval();
        Tensor output = module.Execute([.. model.Graph.Inputs.Select(i => feeds[i.Name].ToTorch())])[0];
        Tensor weights = arange(output.numel(), float32).cos().reshape(output.shape) / output.numel();
        (output * weights).sum().backward();
        Parameter[] parameters = [.. module.parameters().Where(p => p.grad is not null)];
        double norm = Math.Sqrt(parameters.Sum(p => p.grad!.square().sum().ToDouble()));
        Assert.True(norm > 0);
        double step = 5e-4 / norm; // small, so that few activations pass their kinks
        double slope = (LossAt(step) - LossAt(-step)) / (2 * step);
        Assert.Equal(norm * norm, slope, 0.03 * norm * norm);

        double LossAt(double factor)
        {
            using IDisposable gradients = no_grad();
            foreach (Parameter parameter in parameters)
                parameter.add_(parameter.grad!, factor);
            Graph moved = module.ToModel().Graph;
            using IGraphRunner runner = new RuntimeEngine().Prepare(moved, moved.Outputs);
            using HoneTensor result = runner.Run(feeds)[0];
            foreach (Parameter parameter in parameters)
                parameter.add_(parameter.grad!, -factor);
            return (result.ToTorch().to(float64) * weights.to(float64)).sum().ToDouble();
        }
    }

    private static (Model Model, string Path) Load(string file)
    {
        string? path = RepositoryFiles.Shared("models", file).SingleOrDefault();
        Assert.SkipWhen(path is null, "The shared models are absent.");
        return (Model.Load(path!), path!);
    }

    private static Dictionary<string, HoneTensor> Feeds(Graph graph, long length)
    {
        Generator generator = new(6);
        Dictionary<string, HoneTensor> feeds = [];
        foreach (Value input in graph.Inputs)
        {
            // Batches are of one sample; recurrent states have it second, and characters come with time first.
            long[] shape = [.. input.Shape!.Select((d, i) => d.IsFixed ? d.Value : d.ToString() is "T" or "P" ? length : d.ToString() is "B" || i == 0 || input.Shape!.Rank == 3 ? 1 : length)];
            bool isInteger = !input.DataType.IsFloatingPoint();
            Tensor tensor = isInteger ? arange(shape.Aggregate(1L, (a, b) => a * b), int64).remainder(60).reshape(shape) : rand(shape, generator: generator);
            feeds.Add(input.Name, tensor.to(input.DataType.ToTorch()).ToHone());
        }

        return feeds;
    }
}
