using Hone.Evaluation;
using Hone.Graphs;
using Hone.Quantization;
using Hone.Quantization.Calibration;
using Hone.Quantization.Static;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Quantization.Static;

public class BiasFitTests
{
    [Fact]
    public void DeadChannelWithLargeBias_KeepsAnIntegerBiasThatOnnxRuntimeReadsAlike()
    {
        Random random = new(1);
        GraphBuilder builder = new("convolution");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 3, 6, 6));
        Tensor weight = RandomTensors.Create(random, DataType.Float32, 4, 3, 3, 3);
        weight.AsSpan<float>()[..27].Clear();
        Value w = builder.Constant("w", weight);
        builder.Output(builder.Node("Conv", [x, w, builder.Constant("b", Tensor.Vector(50f, -0.3f, 0.2f, 1f))], outputName: "y"));
        Graph graph = builder.Build();
        Dictionary<string, Tensor> batch = RandomTensors.FeedsOf(graph);
        StaticQuantizationConfig config = ConvolutionalNetwork.MinMax with { QuantizesGraphOutputs = true };
        QuantizationPlan plan = Annotator.Annotate(graph, config);
        using Calibrator calibrator = new(plan, config, ReferenceEngine.Instance);
        calibrator.Observe(batch);
        Converter.Convert(plan, config, calibrator.Parameters());
        GraphChecker.Check(graph);

        int[] codes = graph.FindValue("b_quantized")!.Constant!.AsSpan<int>().ToArray();
        float[] scales = graph.FindValue("b_scale")!.Constant!.ToSingleArray();
        Assert.Equal([50, -0.3, 0.2, 1], codes.Zip(scales, (c, s) => Math.Round(c * (double)s, 3)));
        using OnnxRuntimeSession session = OnnxRuntimeSession.Of(new Model(graph));
        float step = calibrator.Parameters()["y"].Scale;
        Assert.All(
            ConvolutionalNetwork.Run(graph, batch).Zip(session.Run(batch)[0].ToSingleArray()),
            p => Assert.Equal(p.First, p.Second, 1.01f * step));
    }
}
