using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>Builds graphs of quantized operators, and the same by operators that compute on codes, whose reference evaluation is the oracle.</summary>
internal sealed class QuantizedGraph
{
    private readonly Random _random;

    internal QuantizedGraph(int seed) => _random = new Random(seed);

    internal GraphBuilder Builder { get; } = new();

    /// <summary>Input codes that take every value of their type.</summary>
    internal static Tensor Codes(int seed, DataType type, params long[] dimensions)
    {
        Tensor tensor = new(type, new TensorShape(dimensions));
        new Random(seed).NextBytes(tensor.Bytes);
        return tensor;
    }

    internal Value Scale(float scale) => Constant("scale", Tensor.Scalar(scale));

    internal Value ZeroPoint(int zeroPoint, DataType type) =>
        Constant("zero_point", type == DataType.Int8 ? Tensor.Scalar((sbyte)zeroPoint) : Tensor.Scalar((byte)zeroPoint));

    internal Value Dequantize(Value codes, float scale, int zeroPoint) => Builder.Node("DequantizeLinear", [codes, Scale(scale), ZeroPoint(zeroPoint, codes.DataType)]);

    internal Value Quantize(Value x, float scale, int zeroPoint, DataType type) => Builder.Node("QuantizeLinear", [x, Scale(scale), ZeroPoint(zeroPoint, type)]);

    internal Value WeightCodes(params long[] dimensions)
    {
        Tensor tensor = new(DataType.Int8, new TensorShape(dimensions));
        _random.NextBytes(tensor.Bytes);
        return Constant("weights", tensor);
    }

    internal float[] Scales(long count) => [.. Enumerable.Range(0, (int)count).Select(_ => 0.001f + (_random.NextSingle() * 0.004f))];

    internal int[] Bias(long count) => [.. Enumerable.Range(0, (int)count).Select(_ => _random.Next(-20_000, 20_000))];

    internal Value Constant(string name, Tensor tensor) => Builder.Constant(Builder.UniqueName(name), tensor);
}
