using Hone.Evaluation;
using Hone.Graphs;
using Hone.Onnx;
using Hone.Passes;
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
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(model.Graph, model.Graph.Outputs);
        using Tensor actual = runner.Run(new Dictionary<string, Tensor> { ["input"] = export.Input })[0];
        TensorAssert.Close(export.Output, actual, 0, 1e-4 * export.Output.ToSingleArray().Max(Math.Abs));
    }
}
