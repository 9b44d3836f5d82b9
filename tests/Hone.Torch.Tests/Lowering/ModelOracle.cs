using Hone.Evaluation;
using Hone.Graphs;
using Hone.Runtime;
using Hone.TestKit;
using Hone.Torch.Tests.Capture;
using static TorchSharp.torch;
using HoneTensor = Hone.Tensors.Tensor;

namespace Hone.Torch.Tests.Lowering;

/// <summary>Compares a captured model with its module in reference evaluation, the runtime and ONNX Runtime, at two batch sizes.</summary>
internal static class ModelOracle
{
    private const long OtherBatch = 5;

    /// <param name="call">The module on fresh copies of the inputs.</param>
    /// <param name="model">Captured from it.</param>
    /// <param name="inputs">The example.</param>
    /// <param name="exports">Whether the file is run by ONNX Runtime too.</param>
    public static void Check(Func<Tensor[], Tensor[]> call, Model model, Tensor[] inputs, bool exports)
    {
        GraphChecker.Check(model.Graph);
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(model.Graph, model.Graph.Outputs);
        using IGraphRunner runtime = new RuntimeEngine().Prepare(model.Graph, model.Graph.Outputs);
        using OnnxRuntimeSession? session = exports ? OnnxRuntimeSession.Of(model) : null;
        foreach (Tensor[] arguments in new[] { inputs, [.. inputs.Select(i => CaptureAssert.Resize(i, inputs[0], OtherBatch))] })
        {
            HoneTensor[] expected = [.. call([.. arguments.Select(i => i.clone())]).Select(t => t.ToHone())];
            Dictionary<string, HoneTensor> feeds = model.Graph.Inputs.Zip(arguments).ToDictionary(p => p.First.Name, p => p.Second.ToHone());
            Compare("reference", model, expected, reference.Run(feeds));
            Compare("runtime", model, expected, runtime.Run(feeds));
            if (session is not null)
                Compare("ONNX Runtime", model, expected, session.Run(feeds));
        }
    }

    private static void Compare(string engine, Model model, HoneTensor[] expected, IReadOnlyList<HoneTensor> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++)
            TensorAssert.Close(expected[i], actual[i], relative: 1e-4, absolute: 2e-5, name: $"{model.Graph.Outputs[i].Name} in {engine}");
    }
}
