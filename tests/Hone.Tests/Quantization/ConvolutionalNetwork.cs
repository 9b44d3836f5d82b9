using Hone.Evaluation;
using Hone.Graphs;
using Hone.Quantization;
using Hone.Quantization.Calibration;
using Hone.Quantization.Observers;
using Hone.Quantization.Static;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Quantization;

/// <summary>A small float network of random weights: convolution, depthwise convolution, residual addition, pooling, matrix product.</summary>
internal static class ConvolutionalNetwork
{
    internal const int Channels = 8;

    /// <param name="seed">Of the weights.</param>
    /// <param name="channelSpread">
    /// The channels of the depthwise convolution are scaled by this, by 1 or by its reciprocal, and the next convolution undoes it: the same function, but
    /// hard to quantize with one scale for the tensor.
    /// </param>
    internal static Graph Create(int seed = 1, float channelSpread = 1)
    {
        Random random = new(seed);
        GraphBuilder builder = new("net");
        AttributeMap padded = AttributeMap.Of(("pads", new long[] { 1, 1, 1, 1 }));
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 3, 8, 8));
        Value r1 = builder.Node("Relu", [builder.Node("Conv", [x, Weight("w1", Channels, 3, 3, 3), Weight("b1", Channels)], padded, "c1")], outputName: "r1");
        AttributeMap grouped = padded.With("group", (long)Channels);
        Value r2 = builder.Node("Relu", [builder.Node("Conv", [r1, Weight("w2", Channels, 1, 3, 3), Weight("b2", Channels)], grouped, "c2")], outputName: "r2");
        Value c3 = builder.Node("Conv", [r2, Weight("w3", Channels, Channels, 1, 1), Weight("b3", Channels)], outputName: "c3");
        Value sum = builder.Node("Add", [c3, r1], outputName: "sum");
        Value flat = builder.Node("Flatten", [builder.Node("GlobalAveragePool", [sum], outputName: "pool")], outputName: "flat");
        builder.Output(builder.Node("Gemm", [flat, Weight("w4", 5, Channels), Weight("b4", 5)], AttributeMap.Of(("transB", 1)), "y"));
        Graph graph = builder.Build();
        Scale(graph, "w2", i => MathF.Pow(channelSpread, (i / 9 % 3) - 1));
        Scale(graph, "b2", i => MathF.Pow(channelSpread, (i % 3) - 1));
        Scale(graph, "w3", i => MathF.Pow(channelSpread, 1 - (i % Channels % 3)));
        return graph;

        Value Weight(string name, params ReadOnlySpan<long> shape) => builder.Constant(name, RandomTensors.Create(random, DataType.Float32, shape));
    }

    private static void Scale(Graph graph, string constant, Func<int, float> factor)
    {
        Span<float> elements = graph.FindValue(constant)!.Constant!.AsSpan<float>();
        for (int i = 0; i < elements.Length; i++)
            elements[i] *= factor(i);
    }

    internal static IReadOnlyDictionary<string, Tensor>[] Batches(int count, int seed = 10) =>
        [.. Enumerable.Range(0, count).Select(i => new Dictionary<string, Tensor> { ["x"] = RandomTensors.Create(new Random(seed + i), DataType.Float32, 4, 3, 8, 8) })];

    internal static IReadOnlyDictionary<string, QuantizationParameters> Calibrate(Graph graph, StaticQuantizationConfig config)
    {
        using Calibrator calibrator = new(Annotator.Annotate(graph, config), config, ReferenceEngine.Instance);
        calibrator.Observe(Batches(3));
        return calibrator.Parameters();
    }

    internal static Graph Quantize(Graph graph, StaticQuantizationConfig config)
    {
        Graph copy = graph.Copy();
        Converter.Convert(Annotator.Annotate(copy, config), config, Calibrate(graph, config));
        GraphChecker.Check(copy);
        return copy;
    }

    internal static float[] Run(Graph graph, IReadOnlyDictionary<string, Tensor> batch)
    {
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        return runner.Run(batch)[0].ToSingleArray();
    }

    internal static StaticQuantizationConfig MinMax { get; } = new() { Observer = ObserverKind.MinMax };
}
