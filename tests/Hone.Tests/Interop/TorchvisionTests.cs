using Hone.Evaluation;
using Hone.Graphs;
using Hone.Onnx;
using Hone.Passes;
using Hone.Runtime;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Interop;

public class TorchvisionTests
{
    [Theory]
    [InlineData("resnet18")]
    [InlineData("mobilenet_v2")]
    public void ExportByPyTorch_Optimized_GivesPyTorchsOutputs(string name)
    {
        Assert.SkipUnless(TorchvisionExport.IsAvailable, "python3-torch and python3-torchvision are not installed.");
        using TorchvisionExport export = TorchvisionExport.Create(name);
        Model model = OnnxReader.Load(export.ModelPath);
        PortablePipeline.Create().Run(model.Graph);
        GraphChecker.Check(model.Graph);
        Assert.DoesNotContain(model.Graph.Nodes, n => n.Is("BatchNormalization") || n.Is("Identity"));
        double range = export.Output.ToSingleArray().Max(Math.Abs);
        foreach (IGraphEngine engine in new IGraphEngine[] { ReferenceEngine.Instance, new RuntimeEngine() })
        {
            using IGraphRunner runner = engine.Prepare(model.Graph, model.Graph.Outputs);
            using Tensor actual = runner.Run(new Dictionary<string, Tensor> { ["input"] = export.Input })[0];
            TensorAssert.Close(export.Output, actual, 0, 1e-4 * range, engine.GetType().Name);
        }

        // Random weights have no classes to keep; what must hold is the signal.
        Model quantized = model.QuantizeStatic([new Dictionary<string, Tensor> { ["input"] = export.Input }]);
        using CompiledModel compiled = quantized.Compile();
        using Tensor rounded = compiled.Run(export.Input);
        double noise = export.Output.ToSingleArray().Zip(rounded.ToSingleArray(), (e, a) => (double)(e - a) * (e - a)).Sum();
        double signal = export.Output.ToSingleArray().Sum(e => (double)e * e);
        Assert.True(10 * Math.Log10(signal / noise) > 10, $"signal to noise {10 * Math.Log10(signal / noise):0.0} dB");
    }
}
