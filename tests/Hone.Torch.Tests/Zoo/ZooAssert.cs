using Hone.Evaluation;
using Hone.Graphs;
using Hone.Runtime;
using Hone.TestKit;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using HoneTensor = Hone.Tensors.Tensor;

namespace Hone.Torch.Tests.Zoo;

/// <summary>Captures a model of the zoo and compares the optimized graph, in ONNX Runtime and in Hone's runtime, with TorchSharp.</summary>
internal static class ZooAssert
{
    /// <summary>Checks a model at each of the given inputs; the first are the example of the capture.</summary>
    /// <param name="module">The model; its weights are set to random ones of unit gain.</param>
    /// <param name="options">Of the capture.</param>
    /// <param name="inputs">Inputs of several sizes.</param>
    public static Model Matches(nn.Module module, CaptureOptions options, params Tensor[][] inputs)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        Randomize(module);
        module.eval();
        Model model = module.Capture(Arguments(module, inputs[0]), options).Optimize();
        GraphChecker.Check(model.Graph);
        using OnnxRuntimeSession session = OnnxRuntimeSession.Of(model);
        using IGraphRunner runner = new RuntimeEngine().Prepare(model.Graph, model.Graph.Outputs);
        foreach (Tensor[] example in inputs)
        {
            using DisposeScope inner = NewDisposeScope();
            Tensor[] expected = [.. Tensors(Call(module, example))];
            Dictionary<string, HoneTensor> feeds = model.Graph.Inputs.Zip(example).ToDictionary(p => p.First.Name, p => p.Second.ToHone());
            AssertClose(model, expected, session.Run(feeds), "ONNX Runtime");
            AssertClose(model, expected, runner.Run(feeds), "Hone");
        }

        return model;
    }

    /// <summary>Checks a model of images at three batch sizes.</summary>
    public static Model MatchesAtBatches(nn.Module module, int channels = 3, int size = 64) => Matches(
        module,
        new CaptureOptions(),
        [.. new[] { 2, 1, 3 }.Select(batch => new[] { randn(batch, channels, size, size, generator: new Generator(7)) })]);

    /// <summary>What the module gives for copies of the inputs.</summary>
    public static object? Call(nn.Module module, Tensor[] inputs)
    {
        object[] arguments = Arguments(module, [.. inputs.Select(i => i.clone())]);
        return module.GetType().GetMethod("call", [.. arguments.Select(a => a.GetType())])!.Invoke(module, arguments);
    }

    /// <summary>The arguments of the module's <c>forward</c>: the tensors, or one array of them.</summary>
    private static object[] Arguments(nn.Module module, Tensor[] inputs) => module is nn.Module<Tensor[], Tensor[]> ? [inputs] : [.. inputs];

    /// <summary>Weights that keep the scale of what passes, so that every layer counts in the output.</summary>
    public static void Randomize(nn.Module module)
    {
        using IDisposable gradients = no_grad();
        random.manual_seed(3);
        foreach ((string name, Parameter parameter) in module.named_parameters())
        {
            if (parameter.dim() >= 2)
                nn.init.kaiming_normal_(parameter);
            else
                nn.init.normal_(parameter, name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0, 0.1);
        }

        foreach ((string name, Tensor buffer) in module.named_buffers())
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal))
                nn.init.normal_(buffer, 0, 0.1);
            else if (name.EndsWith("running_var", StringComparison.Ordinal))
                nn.init.uniform_(buffer, 0.5, 1.5);
        }
    }

    private static void AssertClose(Model model, Tensor[] expected, IReadOnlyList<HoneTensor> actual, string engine)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++)
        {
            using Tensor result = actual[i].ToTorch();
            Assert.Equal(expected[i].shape, result.shape);
            float scale = expected[i].abs().max().item<float>();
            float error = (expected[i] - result).abs().max().item<float>();
            Assert.True(error <= 1e-4f * scale, $"{model.Graph.Outputs[i].Name} in {engine}: error {error} at scale {scale}, shape [{string.Join(", ", result.shape)}]");
            // An output that ignores the sample would agree whatever the layers do.
            bool hasSamples = expected[i].dim() > 1 && expected[i].shape[0] > 1;
            Assert.True(!hasSamples || (expected[i][0] - expected[i][1]).abs().max().item<float>() > 1e-3f * scale, "The output hardly depends on the input.");
            actual[i].Dispose();
        }
    }

    /// <summary>The tensors of a result.</summary>
    public static IEnumerable<Tensor> Tensors(object? result) => result switch
    {
        Tensor tensor => [tensor],
        System.Runtime.CompilerServices.ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Tensors(tuple[i])),
        System.Collections.IEnumerable sequence => sequence.Cast<object>().SelectMany(Tensors),
        _ => [],
    };
}
