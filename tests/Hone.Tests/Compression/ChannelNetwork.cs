using Hone.Graphs;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Compression;

/// <summary>Builds convolutional networks of random weights.</summary>
internal sealed class ChannelNetwork(int seed = 3)
{
    private readonly GraphBuilder _builder = new("network");
    private readonly Random _random = new(seed);
    private int _layers;

    internal Graph Graph => _builder.Graph;

    internal Value Condition() => _builder.Input("condition", DataType.Bool, SymbolicShape.Scalar);

    internal Value Input(params Dimension[] dimensions) => _builder.Input("x", DataType.Float32, new SymbolicShape(dimensions));

    internal Value Conv(Value x, int outputs, int kernel = 3, int group = 1, bool hasBias = true, int pad = -1, string? name = null)
    {
        name ??= $"conv{++_layers}";
        pad = pad < 0 ? kernel / 2 : pad;
        Value weight = Weight($"{name}.weight", outputs, x.Shape![1].Value / group, kernel, kernel);
        Value? bias = hasBias ? Weight($"{name}.bias", outputs) : null;
        return _builder.Node("Conv", [x, weight, bias],
            AttributeMap.Of(("group", group), ("pads", new long[] { pad, pad, pad, pad }), ("kernel_shape", new long[] { kernel, kernel })), name);
    }

    internal Value ConvTranspose(Value x, int outputs, int kernel = 2, int group = 1)
    {
        string name = $"transposed{++_layers}";
        Value weight = Weight($"{name}.weight", x.Shape![1].Value, outputs / group, kernel, kernel);
        return _builder.Node("ConvTranspose", [x, weight, Weight($"{name}.bias", outputs)],
            AttributeMap.Of(("group", group), ("strides", new long[] { 2, 2 })), name);
    }

    internal Value Norm(Value x)
    {
        string name = $"norm{++_layers}";
        long channels = x.Shape![1].Value;
        Value variance = _builder.Constant($"{name}.var",
            Tensor.Create(Enumerable.Range(0, (int)channels).Select(_ => 0.5f + _random.NextSingle()).ToArray(), channels));
        return _builder.Node("BatchNormalization",
            [x, Weight($"{name}.weight", channels), Weight($"{name}.bias", channels), Weight($"{name}.mean", channels), variance], outputName: name);
    }

    internal Value Linear(Value x, int outputs)
    {
        string name = $"linear{++_layers}";
        return _builder.Node("Gemm", [x, Weight($"{name}.weight", outputs, x.Shape![1].Value), Weight($"{name}.bias", outputs)],
            AttributeMap.Of(("transB", 1)), name);
    }

    internal Value Node(string name, Value[] inputs, params (string, object)[] attributes) =>
        _builder.Node(name, inputs, AttributeMap.Of(attributes));

    internal IReadOnlyList<Value?> Nodes(string name, Value[] inputs, int outputs, params (string, object)[] attributes) =>
        _builder.Node(name, inputs, [.. Enumerable.Range(0, outputs).Select(i => _builder.UniqueName($"{name}_{++_layers}_{i}"))],
            AttributeMap.Of(attributes)).Outputs;

    internal Value Ints(params long[] numbers) => _builder.Constant(_builder.UniqueName("ints"), Tensor.Vector<long>(numbers));

    internal Value Constant(string name, Tensor tensor) => _builder.Constant(name, tensor);

    internal Value Weight(string name, params long[] shape) =>
        _builder.Constant(_builder.UniqueName(name), RandomTensors.Create(_random, DataType.Float32, shape));

    /// <summary>Global average pool and classifier; returns the finished graph.</summary>
    internal Graph Classify(Value x, int classes = 5) => Build(Linear(Node("Flatten", [Node("GlobalAveragePool", [x])]), classes));

    internal Graph Build(params Value[] outputs)
    {
        for (int i = 0; i < outputs.Length; i++)
            _builder.Output(outputs[i], $"y{i}");
        return _builder.Build();
    }
}
