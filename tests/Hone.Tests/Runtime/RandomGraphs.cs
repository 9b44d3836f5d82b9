using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>Builds random networks of a few dozen nodes over small maps: every kind of step, values read many times, several outputs.</summary>
internal sealed partial class RandomGraphs
{
    private static readonly string[] s_unary = ["Relu", "Sigmoid", "Tanh", "HardSwish", "LeakyRelu", "Abs", "Neg", "Softplus", "Identity", "Sqrt", "Clip"];

    private readonly Random _random;
    private readonly GraphBuilder _builder = new();
    private readonly List<Value> _values = [];
    private int _names;

    private RandomGraphs(int seed) => _random = new Random(seed);

    /// <summary>Inputs <c>a</c> and <c>b</c> of shape [N, C, H, W]; between one and four outputs, some of which other nodes read too.</summary>
    internal static Graph Create(int seed, int nodes = 30) => new RandomGraphs(seed).Build(nodes);

    private Graph Build(int nodes)
    {
        int channels = _random.Next(1, 9);
        SymbolicShape shape = new(Dimension.Symbolic("N"), channels, _random.Next(4, 9), _random.Next(4, 9));
        _values.Add(_builder.Input("a", DataType.Float32, shape));
        _values.Add(_builder.Input("b", DataType.Float32, shape));
        while (_values.Count < nodes + 2)
            _values.AddRange(Next().Where(v => ElementsPerImage(v) is > 0 and <= 4096));
        HashSet<Value> outputs = [_values[^1]];
        for (int i = _random.Next(4); i > 0; i--)
            outputs.Add(_values[_random.Next(2, _values.Count)]);
        foreach (Value output in outputs)
            _builder.Output(output);
        return _builder.Build();
    }

    private IEnumerable<Value> Next()
    {
        // Prefer recent values, so that the graph is deep.
        Value x = _values[Math.Max(_random.Next(_values.Count), _random.Next(_values.Count))];
        bool isMap = x.Shape!.Rank == 4;
        return _random.Next(22) switch
        {
            0 or 1 => [Unary(x)],
            2 or 3 => [Node(Pick("Add", "Mul", "Sub", "Max"), [x, Partner(x)])],
            4 or 5 when isMap => [Convolution(x)],
            6 when isMap => [Pooling(x)],
            7 when isMap => [Node("Concat", [x, Partner(x)], ("axis", _random.Next(1, 4)))],
            8 when isMap => [Node("Transpose", [x], ("perm", Pick<long[]>([0, 2, 3, 1], [0, 1, 3, 2], [0, 3, 1, 2])))],
            9 => [Node("Softmax", [x], ("axis", _random.Next(1, x.Shape.Rank)))],
            10 when isMap => [Node("Flatten", [x], ("axis", 2))],
            10 => [Node("Reshape", [x, Ints("shape", 0, 1, -1, 1)])],
            11 => [Reduction(x)],
            12 => [Node("Sub", [x, Scalar()])],
            13 => [Slice(x)],
            14 => Split(x),
            15 => [Node("Pad", [x, Ints("pads", PadsOf(x)), Scalar()])],
            16 when isMap => [Resize(x)],
            17 => [Node("Gather", [x, Ints("indices", -1, 0, 0)], ("axis", x.Shape.Rank - 1))],
            18 => [Product(x)],
            19 => [Choice(x)],
            20 when isMap => [Blocks(x)],
            21 => [Normalization(x)],
            _ => [Node("Add", [x, Scalar()])],
        };
    }

    /// <summary>Functions are kept small, so that thirty of them do not overflow or lose all digits.</summary>
    private Value Unary(Value x)
    {
        string name = Pick(s_unary);
        Value argument = name == "Sqrt" ? Node("Abs", [x]) : x;
        return name == "Clip" ? Node("Clip", [argument, Constant(-1f), Constant(1f)]) : Node(name, [argument]);
    }

    private Value Convolution(Value x)
    {
        long channels = x.Shape![1].Value, outChannels = _random.Next(1, 9), kernel = _random.Next(1, 4), pad = kernel / 2;
        (string, object)[] attributes = [("pads", new[] { pad, pad, pad, pad }), ("strides", new[] { 1L, _random.Next(1, 3) })];
        if (_random.Next(5) == 0 && x.Shape[2].Value > 2 && x.Shape[3].Value > 2)
            return Node("ConvTranspose", [x, Random([channels, outChannels, kernel, kernel]), Random([outChannels])], attributes);
        bool isDepthwise = _random.Next(3) == 0;
        long groups = isDepthwise ? channels : 1;
        outChannels = isDepthwise ? channels : outChannels;
        Value[] inputs = [x, Random([outChannels, channels / groups, kernel, kernel]), Random([outChannels])];
        return Node("Conv", _random.Next(3) == 0 ? inputs[..2] : inputs, [.. attributes, ("group", groups)]);
    }

    private Value Pooling(Value x) => _random.Next(4) switch
    {
        0 => Node("MaxPool", [x], ("kernel_shape", new[] { 3L, 3 }), ("pads", new[] { 1L, 1, 1, 1 }), ("strides", new[] { 1L, 1 })),
        1 => Node("AveragePool", [x], ("kernel_shape", new[] { 2L, 2 }), ("pads", new[] { 0L, 0, 1, 1 }), ("count_include_pad", _random.Next(2))),
        2 => Node("MaxPool", [x], ("kernel_shape", new[] { 1L, 2 }), ("strides", new[] { 1L, 2 }), ("pads", new[] { 0L, 1, 0, 1 })),
        _ => Node("GlobalAveragePool", [x]),
    };

    /// <summary>Another value that can be combined with this one: of the same shape if there is one.</summary>
    private Value Partner(Value x)
    {
        Value[] same = [.. _values.Where(v => v.Shape!.Equals(x.Shape))];
        return same[_random.Next(same.Length)];
    }

    private static long ElementsPerImage(Value value) => value.Shape!.Skip(1).Aggregate(1L, (product, d) => product * d.Value);
}
