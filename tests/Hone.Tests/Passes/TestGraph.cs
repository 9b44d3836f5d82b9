using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Passes;

/// <summary>Builds the small graphs of the pass tests.</summary>
internal sealed class TestGraph
{
    private readonly GraphBuilder _builder = new();
    private readonly Random _random = new(7);

    internal Value Input(string name, params Dimension[] dimensions) => _builder.Input(name, DataType.Float32, new SymbolicShape(dimensions));

    internal Value Constant(string name, Tensor tensor) => _builder.Constant(name, tensor);

    internal Value Ints(string name, params long[] numbers) => _builder.Constant(name, Tensor.Vector<long>(numbers));

    internal Value Random(string name, params long[] dimensions) => _builder.Constant(name, RandomTensors.Create(_random, DataType.Float32, dimensions));

    /// <summary>Random numbers in 0.5..1.5, for variances and divisors.</summary>
    internal Value Positive(string name, params long[] dimensions)
    {
        Tensor tensor = RandomTensors.Create(_random, DataType.Float32, dimensions);
        foreach (ref float element in tensor.AsSpan<float>())
            element = 1 + (element / 2);
        return _builder.Constant(name, tensor);
    }

    internal Value Node(string operatorName, string outputName, Value?[] inputs, params (string, object)[] attributes) =>
        _builder.Node(operatorName, inputs, AttributeMap.Of(attributes), outputName);

    internal Node Node(string operatorName, string[] outputNames, Value?[] inputs, params (string, object)[] attributes) =>
        _builder.Node(operatorName, inputs, outputNames, AttributeMap.Of(attributes), outputNames[0]);

    internal Graph Build(params Value[] outputs)
    {
        foreach (Value output in outputs)
            _builder.Output(output);
        return _builder.Build();
    }
}
