using System.Text.Json;
using Hone.Evaluation;
using Hone.Graphs;
using Hone.Passes;
using Hone.Quantization;
using Hone.Quantization.Calibration;
using Hone.Quantization.Observers;
using Hone.Quantization.Static;
using Hone.Tensors;
using Hone.Tests.Quantization.Observers;

namespace Hone.Tests.Quantization;

/// <summary>The whole static pipeline against PyTorch: fold, calibrate, convert, run.</summary>
public class StaticGoldenTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Pipeline_ScalesZeroPointsAndWeights_AreThoseOfPyTorch(int index)
    {
        JsonElement golden = GoldenFile.Load("static_ptq.json")[index];
        bool isHistogram = golden.GetProperty("activation_observer").GetString() == "histogram";
        StaticQuantizationConfig config = new()
        {
            QuantizesGraphOutputs = true,
            Observer = ObserverKind.MinMax,
            CreateObserver = isHistogram ? spec => new TruncatedHistogramObserver(spec) : null,
        };
        Graph graph = Network(golden.GetProperty("state"));
        PortablePipeline.Create().Run(graph);
        QuantizationPlan plan = Annotator.Annotate(graph, config);
        using Calibrator calibrator = new(plan, config, ReferenceEngine.Instance);
        foreach (JsonElement batch in golden.GetProperty("calibration").EnumerateArray())
            calibrator.Observe(new Dictionary<string, Tensor> { ["x"] = batch.ToTensor() });
        IReadOnlyDictionary<string, QuantizationParameters> parameters = calibrator.Parameters();

        JsonElement modules = golden.GetProperty("quantized_modules");
        foreach ((string module, string value) in new[] { ("q", "x"), ("c1", "r1"), ("c2", "b2"), ("add", "r2"), ("fc", "y") })
        {
            JsonElement expected = modules.GetProperty(module);
            Assert.Equal(expected.GetProperty("zero_point").GetInt32(), parameters[value].ZeroPoint);
            float scale = (float)expected.GetProperty("scale").GetDouble();
            Assert.True(MathF.Abs(scale - parameters[value].Scale) <= 2e-6f * scale, $"{module}: expected scale {scale}, got {parameters[value].Scale}");
        }

        Converter.Convert(plan, config, parameters);
        GraphChecker.Check(graph);
        foreach (string module in new[] { "c1", "c2", "fc" })
        {
            JsonElement expected = modules.GetProperty(module);
            AssertCodes(expected.Integers("weight_int8"), graph.FindValue($"{module}.weight_quantized")!.Constant!.ToInt64Array());
        }

        // PyTorch's kernels keep the bias in float, so a code may fall on the other side of a tie.
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        float[] y = runner.Run(new Dictionary<string, Tensor> { ["x"] = golden.GetProperty("x").ToTensor() })[0].ToSingleArray();
        float step = parameters["y"].Scale;
        Assert.All(golden.Floats("y").Zip(y), p => Assert.True(MathF.Abs(p.First - p.Second) <= 1.01f * step, $"expected {p.First}, got {p.Second}"));
    }

    /// <summary>
    /// Codes are equal, except that the most negative element of a channel may be -127 or -128: it lies at -127.5 steps, and whether the batch
    /// normalization was folded in float32 (PyTorch) or float64 (here) tips it.
    /// </summary>
    private static void AssertCodes(int[] expected, long[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), c => Assert.True(c.First == c.Second || (c.First <= -127 && c.Second <= -127), $"expected {c.First}, got {c.Second}"));
    }

    private static Graph Network(JsonElement state)
    {
        GraphBuilder builder = new("net");
        AttributeMap padded = AttributeMap.Of(("pads", new long[] { 1, 1, 1, 1 }));
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 3, 12, 12));
        Value r1 = builder.Node("Relu", [Normalized("b1", builder.Node("Conv", [x, Weight("c1.weight")], padded, "c1"))], outputName: "r1");
        Value b2 = Normalized("b2", builder.Node("Conv", [r1, Weight("c2.weight")], padded, "c2"));
        Value r2 = builder.Node("Relu", [builder.Node("Add", [b2, r1], outputName: "sum")], outputName: "r2");
        Value pooled = builder.Node("Flatten", [builder.Node("GlobalAveragePool", [r2], outputName: "pool")], outputName: "flat");
        builder.Output(builder.Node("Gemm", [pooled, Weight("fc.weight"), Weight("fc.bias")], AttributeMap.Of(("transB", 1)), "y"));
        return builder.Build();

        Value Weight(string name) => builder.Constant(name, state.GetProperty(name).ToTensor());

        Value Normalized(string name, Value value) => builder.Node(
            "BatchNormalization",
            [value, Weight($"{name}.weight"), Weight($"{name}.bias"), Weight($"{name}.running_mean"), Weight($"{name}.running_var")],
            outputName: name);
    }
}
