using Hone.Evaluation;
using Hone.Graphs;
using Hone.TestKit;
using static TorchSharp.torch;
using HoneTensor = Hone.Tensors.Tensor;

namespace Hone.Torch.Tests.Capture;

/// <summary>Captures modules and compares the graph, run by reference evaluation, with TorchSharp.</summary>
internal static class CaptureAssert
{
    /// <summary>The graph gives the module's outputs on the example and at other batch sizes.</summary>
    public static Model Matches(nn.Module module, params Tensor[] inputs) => Matches(module, new CaptureOptions(), inputs);

    public static Model Matches(nn.Module module, CaptureOptions options, params Tensor[] inputs)
    {
        Model model = module.Capture(inputs, options);
        GraphChecker.Check(model.Graph);
        Compare(module, model, inputs);
        if (options.DynamicBatch)
        {
            Compare(module, model, [.. inputs.Select(i => Resize(i, inputs[0], 5))]);
            Compare(module, model, [.. inputs.Select(i => Resize(i, inputs[0], 1))]);
        }

        return model;
    }

    /// <summary>Compares at the given inputs.</summary>
    public static void Compare(nn.Module module, Model model, params Tensor[] inputs)
    {
        bool wasTraining = module.training;
        module.eval();
        using IDisposable _ = no_grad();
        // An in-place operation of the module must not change what the graph is given.
        object? result = module.GetType().GetMethod("call", [.. inputs.Select(i => typeof(Tensor))])!.Invoke(module, [.. inputs.Select(i => i.clone())]);
        module.train(wasTraining);
        Dictionary<string, HoneTensor> feeds = model.Graph.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second.ToHone());
        using IGraphRunner runner = new ReferenceEngine().Prepare(model.Graph, model.Graph.Outputs);
        IReadOnlyList<HoneTensor> actual = runner.Run(feeds);
        Tensor[] expected = [.. Tensors(result)];
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++)
            TensorAssert.Close(expected[i].ToHone(), actual[i], relative: 1e-4, absolute: 2e-5, name: model.Graph.Outputs[i].Name);
    }

    public static Tensor Resize(Tensor tensor, Tensor first, long batch) =>
        tensor.dim() > 0 && tensor.shape[0] == first.shape[0] ? tensor.index_select(0, arange(batch, int64).remainder(tensor.shape[0])) : tensor;

    private static IEnumerable<Tensor> Tensors(object? result) => result switch
    {
        Tensor tensor => [tensor],
        System.Runtime.CompilerServices.ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Tensors(tuple[i])),
        System.Collections.IDictionary dictionary => dictionary.Values.Cast<object>().SelectMany(Tensors),
        System.Collections.IEnumerable sequence => sequence.Cast<object>().SelectMany(Tensors),
        _ => [],
    };
}
