using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>
/// Random networks of quantized operators. All scales are powers of two and all sums are short, so that float32 arithmetic is exact and the runtime's
/// integers must give the very bits of the reference evaluation.
/// </summary>
internal sealed class RandomQuantizedGraphs
{
    private readonly Random _random;
    private readonly GraphBuilder _builder = new();

    /// <summary>Dequantized values, each a multiple of its scale.</summary>
    private readonly List<Value> _values = [];

    private readonly Dictionary<Value, int> _exponents = [];
    private int _names;

    private RandomQuantizedGraphs(int seed) => _random = new Random(seed);

    /// <summary>One input <c>x</c> [N, C, H, W]; outputs are codes and dequantized values.</summary>
    internal static Graph Create(int seed, int nodes = 20) => new RandomQuantizedGraphs(seed).Build(nodes);

    private Graph Build(int nodes)
    {
        SymbolicShape shape = new(Dimension.Symbolic("N"), _random.Next(1, 10), _random.Next(4, 9), _random.Next(4, 9));
        Requantize(_builder.Input("x", DataType.Float32, shape));
        HashSet<Value> outputs = [];
        for (int i = 0; i < nodes; i++)
        {
            (Value codes, Value numbers) = Requantize(Next());
            if (_random.Next(8) == 0)
                outputs.Add(_random.Next(2) == 0 ? codes : numbers);
        }

        outputs.Add(_values[^1]);
        foreach (Value output in outputs)
            _builder.Output(output);
        return _builder.Build();
    }

    private Value Next()
    {
        Value x = _values[Math.Max(_random.Next(_values.Count), _random.Next(_values.Count))];
        return _random.Next(12) switch
        {
            0 or 1 or 2 => Clamped(Convolution(x)),
            3 or 4 => Clamped(Node("Add", [x, Partner(x)])),
            5 => Node("Mul", [x, Partner(x)]),
            6 => Node(Pick("Sigmoid", "Tanh", "HardSwish", "Abs", "LeakyRelu"), [x]),
            7 => Node("MaxPool", [x], ("kernel_shape", new[] { 3L, 3 }), ("pads", new[] { 1L, 1, 1, 1 }), ("strides", new[] { 1L, 1 })),
            8 => Node("AveragePool", [x], ("kernel_shape", new[] { 2L, 2 }), ("pads", new[] { 0L, 0, 1, 1 }), ("count_include_pad", 1)),
            9 => Node("Concat", [x, Partner(x)], ("axis", _random.Next(1, 4))),
            10 => Node("Transpose", [x], ("perm", Pick<long[]>([0, 2, 3, 1], [0, 1, 3, 2]))),
            _ => Clamped(Convolution(x), residual: true),
        };
    }

    private Value Clamped(Value x, bool residual = false)
    {
        if (residual)
        {
            Value product = Requantize(x).Numbers;
            x = Node("Add", _random.Next(2) == 0 ? [product, Partner(product)] : [Partner(product), product]);
        }

        return _random.Next(3) switch
        {
            0 => Node("Relu", [x]),
            1 => Node("Clip", [x, Constant("low", Tensor.Scalar(-0.25f)), Constant("high", Tensor.Scalar(1.5f))]),
            _ => x,
        };
    }

    private Value Convolution(Value x)
    {
        long channels = x.Shape![1].Value, kernel = _random.Next(1, 4), pad = kernel / 2;
        bool isDepthwise = _random.Next(3) == 0;
        long outChannels = isDepthwise ? channels : _random.Next(1, 10), inChannels = isDepthwise ? 1 : channels;
        const int WeightExponent = -6;
        Value weights = Node("DequantizeLinear", [Codes(outChannels, inChannels, kernel, kernel), Scale(WeightExponent)]);
        int[] integers = [.. Enumerable.Range(0, (int)outChannels).Select(_ => _random.Next(-2000, 2000))];
        Value bias = Node("DequantizeLinear", [Constant("bias", Tensor.Create(integers, outChannels)), Scale(_exponents[x] + WeightExponent)]);
        Value?[] inputs = _random.Next(3) == 0 ? [x, weights] : [x, weights, bias];
        long stride = x.Shape[2].Value > 3 && x.Shape[3].Value > 3 ? _random.Next(1, 3) : 1;
        return Node(
            "Conv", inputs, ("pads", new[] { pad, pad, pad, pad }), ("strides", new[] { stride, stride }), ("group", isDepthwise ? channels : 1L));
    }

    private Value Partner(Value x)
    {
        Value[] same = [.. _values.Where(v => v.Shape!.Equals(x.Shape))];
        return same.Length == 0 ? x : same[_random.Next(same.Length)];
    }

    /// <summary>Quantizes and dequantizes a value, and keeps it for further nodes.</summary>
    private (Value Codes, Value Numbers) Requantize(Value x)
    {
        bool isSigned = _random.Next(3) == 0;
        int exponent = -_random.Next(5, 8);
        Value zeroPoint = Constant("zero_point", isSigned ? Tensor.Scalar((sbyte)_random.Next(-128, 128)) : Tensor.Scalar((byte)_random.Next(0, 256)));
        Value codes = Node("QuantizeLinear", [x, Scale(exponent), zeroPoint]);
        Value back = Node("DequantizeLinear", [codes, Scale(exponent), zeroPoint]);
        if (back.Shape!.Skip(1).Aggregate(1L, (product, d) => product * d.Value) <= 4096)
            _values.Add(back);
        _exponents[back] = exponent;
        return (codes, back);
    }

    private Value Codes(params long[] dimensions) => Constant("weights", RandomTensors.Codes(_random, DataType.Int8, dimensions));

    private Value Scale(int exponent) => Constant("scale", Tensor.Scalar(MathF.ScaleB(1, exponent)));

    private Value Constant(string name, Tensor tensor) => _builder.Constant($"{name}{_names++}", tensor);

    private T Pick<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

    private Value Node(string operatorName, Value?[] inputs, params (string, object)[] attributes) =>
        _builder.Node(operatorName, inputs, AttributeMap.Of(attributes), $"{operatorName}{_names++}");
}
