using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>Builds random networks of a few dozen nodes over small maps: every kind of step, values read many times, several outputs.</summary>
internal sealed class RandomGraphs
{
    private static readonly string[] s_unary = ["Relu", "Sigmoid", "Tanh", "HardSwish", "LeakyRelu", "Abs", "Neg", "Exp", "Softplus", "Identity"];

    private readonly Random _random;
    private readonly GraphBuilder _builder = new();
    private readonly List<Value> _values = [];
    private int _names;

    private RandomGraphs(int seed) => _random = new Random(seed);

    /// <summary>Inputs <c>a</c> and <c>b</c> of shape [N, C, H, W]; between one and four outputs.</summary>
    internal static Graph Create(int seed, int nodes = 30)
    {
        RandomGraphs graphs = new(seed);
        return graphs.Build(nodes);
    }

    private Graph Build(int nodes)
    {
        int channels = _random.Next(1, 9);
        SymbolicShape shape = new(Dimension.Symbolic("N"), channels, _random.Next(4, 9), _random.Next(4, 9));
        _values.Add(_builder.Input("a", DataType.Float32, shape));
        _values.Add(_builder.Input("b", DataType.Float32, shape));
        for (int i = 0; i < nodes; i++)
            _values.Add(Next());
        HashSet<Value> outputs = [_values[^1]];
        for (int i = _random.Next(4); i > 0; i--)
            outputs.Add(_values[_random.Next(2, _values.Count)]);
        foreach (Value output in outputs)
            _builder.Output(output);
        return _builder.Build();
    }

    private Value Next()
    {
        // Prefer recent values, so that the graph is deep.
        Value x = _values[Math.Max(_random.Next(_values.Count), _random.Next(_values.Count))];
        SymbolicShape shape = x.Shape!;
        return _random.Next(12) switch
        {
            0 or 1 => Node(s_unary[_random.Next(s_unary.Length)], [x]),
            2 or 3 => Node(_random.Next(2) == 0 ? "Add" : "Mul", [x, Partner(x)]),
            4 when shape.Rank == 4 => Convolution(x),
            5 when shape.Rank == 4 => Node("MaxPool", [x], ("kernel_shape", new[] { 3L, 3 }), ("pads", new[] { 1L, 1, 1, 1 }), ("strides", new[] { 1L, 1 })),
            6 when shape.Rank == 4 => Node("AveragePool", [x], ("kernel_shape", new[] { 2L, 2 }), ("pads", new[] { 0L, 0, 1, 1 }), ("count_include_pad", _random.Next(2))),
            7 when shape.Rank == 4 => Node("Concat", [x, Partner(x)], ("axis", _random.Next(1, 4))),
            8 when shape.Rank == 4 => Node("Transpose", [x], ("perm", _random.Next(2) == 0 ? new[] { 0L, 2, 3, 1 } : [0L, 1, 3, 2])),
            9 => Node("Softmax", [x], ("axis", _random.Next(1, shape.Rank))),
            10 when shape.Rank == 4 => Node("Flatten", [x], ("axis", 2)),
            10 => Node("Reshape", [x, _builder.Constant(Name("shape"), Tensor.Vector<long>(0, 1, -1, 1))]),
            11 when shape.Rank == 4 => Node("ReduceMean", [x, _builder.Constant(Name("axes"), Tensor.Vector<long>(2, 3))], ("keepdims", 1)),
            _ => Node("Sub", [x, Scalar()]),
        };
    }

    private Value Convolution(Value x)
    {
        long channels = x.Shape![1].Value, outChannels = _random.Next(1, 9), kernel = _random.Next(1, 4);
        bool isDepthwise = _random.Next(3) == 0;
        Value weights = Random([isDepthwise ? channels : outChannels, isDepthwise ? 1 : channels, kernel, kernel]);
        Value bias = Random([isDepthwise ? channels : outChannels]);
        long pad = kernel / 2;
        return Node(
            "Conv", [x, weights, bias], ("pads", new[] { pad, pad, pad, pad }), ("group", isDepthwise ? channels : 1), ("strides", new[] { 1L, _random.Next(1, 3) }));
    }

    /// <summary>Another value that can be combined with this one: of the same shape if there is one, else a constant per channel.</summary>
    private Value Partner(Value x)
    {
        Value[] same = [.. _values.Where(v => v.Shape!.Equals(x.Shape))];
        return same.Length > 1 || x.Shape!.Rank != 4 || !x.Shape[1].IsFixed ? same[_random.Next(same.Length)] : same[0];
    }

    private Value Scalar() => _builder.Constant(Name("scalar"), Tensor.Scalar(_random.NextSingle()));

    private Value Random(long[] dimensions)
    {
        Tensor tensor = RandomTensors.Create(_random, DataType.Float32, dimensions);
        foreach (ref float element in tensor.AsSpan<float>())
            element /= 2;
        return _builder.Constant(Name("weights"), tensor);
    }

    private Value Node(string operatorName, Value[] inputs, params (string, object)[] attributes) =>
        _builder.Node(operatorName, inputs, AttributeMap.Of(attributes), Name(operatorName));

    private string Name(string prefix) => $"{prefix}{_names++}";
}
