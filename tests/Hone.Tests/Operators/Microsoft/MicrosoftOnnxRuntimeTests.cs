using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators.Microsoft;

public class MicrosoftOnnxRuntimeTests
{
    private readonly System.Random _random = new(11);

    [Theory]
    [InlineData("QLinearAdd", DataType.UInt8)]
    [InlineData("QLinearAdd", DataType.Int8)]
    [InlineData("QLinearMul", DataType.UInt8)]
    [InlineData("QLinearMul", DataType.Int8)]
    public void QLinearBinary_WithBroadcast_Agrees(string name, DataType type) => Quantized(
        name, Codes(type, 3, 4, 5), Scale(0.031f), Zero(type, 7), Codes(type, 4, 1), Scale(0.017f), Zero(type, 3), Scale(0.029f), Zero(type, 11)).AgreesWithOnnxRuntime();

    [Theory]
    [InlineData(DataType.UInt8)]
    [InlineData(DataType.Int8)]
    public void QLinearSigmoid_Agrees(DataType type) =>
        Quantized("QLinearSigmoid", Codes(type, 300), Scale(0.043f), Zero(type, 7), Scale(1 / 256f), Zero(type, 0)).AgreesWithOnnxRuntime();

    [Theory]
    [InlineData(DataType.UInt8)]
    [InlineData(DataType.Int8)]
    public void QLinearLeakyRelu_Agrees(DataType type) =>
        (Quantized("QLinearLeakyRelu", Codes(type, 300), Scale(0.043f), Zero(type, 70), Scale(0.051f), Zero(type, 20)) with { Attributes = AttributeMap.Of(("alpha", 0.2f)) })
        .AgreesWithOnnxRuntime();

    [Fact]
    public void QLinearConcat_Agrees() => (Quantized(
        "QLinearConcat", Scale(0.03f), Zero(DataType.UInt8, 5),
        Codes(DataType.UInt8, 2, 3, 4), Scale(0.05f), Zero(DataType.UInt8, 9),
        Codes(DataType.UInt8, 2, 1, 4), Scale(0.011f), Zero(DataType.UInt8, 128)) with { Attributes = AttributeMap.Of(("axis", 1)) }).AgreesWithOnnxRuntime();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void QLinearGlobalAveragePool_Agrees(int channelsLast) => (Quantized(
        "QLinearGlobalAveragePool", Codes(DataType.UInt8, 2, 5, 6, 7), Scale(0.05f), Zero(DataType.UInt8, 9), Scale(0.02f), Zero(DataType.UInt8, 3)) with
    { Attributes = AttributeMap.Of(("channels_last", channelsLast)) }).AgreesWithOnnxRuntime();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void QLinearAveragePool_AgreesWithinOneCode(int channelsLast, int countIncludePad)
    {
        OperatorCase pool = Quantized("QLinearAveragePool", Codes(DataType.UInt8, 2, 8, 7, 8), Scale(0.05f), Zero(DataType.UInt8, 9), Scale(0.047f), Zero(DataType.UInt8, 3)) with
        {
            Attributes = AttributeMap.Of(
                ("kernel_shape", new[] { 3, 3 }), ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 }), ("channels_last", channelsLast), ("count_include_pad", countIncludePad)),
        };
        // ONNX Runtime scales before it adds, so that a mean next to a tie may fall to either side.
        (long[] expected, long[] actual) = (pool.RunOnnxRuntime()[0].ToInt64Array(), pool.EvaluateOne().ToInt64Array());
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - 1, pair.First + 1));
        Assert.InRange(expected.Zip(actual).Count(pair => pair.First != pair.Second), 0, expected.Length / 50);
    }

    [Theory]
    [InlineData(13, -1)]
    [InlineData(13, 1)]
    [InlineData(12, 1)]
    public void QLinearSoftmax_Agrees(int opset, int axis) => (Quantized(
        "QLinearSoftmax", Codes(DataType.UInt8, 2, 5, 6), Scale(0.05f), Zero(DataType.UInt8, 100), Scale(1 / 256f), Zero(DataType.UInt8, 0)) with
    { Attributes = AttributeMap.Of(("opset", opset), ("axis", axis)) }).AgreesWithOnnxRuntime();

    [Theory]
    [InlineData(DataType.UInt8)]
    [InlineData(DataType.Int8)]
    public void MatMulIntegerToFloat_PerColumn_Agrees(DataType weights) => (Case(
        "MatMulIntegerToFloat",
        Codes(DataType.UInt8, 3, 4, 20), Codes(weights, 20, 6), Scale(0.02f), Float(6), Zero(DataType.UInt8, 100), RandomTensors.Codes(_random, weights, 6), Float(6)) with
    { Constants = [1, 3, 5, 6] }).AgreesWithOnnxRuntime(absolute: 1e-3);

    [Fact]
    public void DynamicQuantizeMatMul_Agrees() => (Case(
        "DynamicQuantizeMatMul", Float(3, 4, 20), Codes(DataType.Int8, 20, 6), Float(6), Codes(DataType.Int8, 6), Float(6)) with
    { Constants = [1, 2, 3, 4] }).AgreesWithOnnxRuntime(absolute: 1e-3);

    [Theory]
    [InlineData(4, 20, 16, false)]
    [InlineData(4, 20, 16, true)]
    [InlineData(4, 96, 32, true)]
    [InlineData(8, 20, 16, false)]
    [InlineData(8, 40, 16, true)]
    public void MatMulNBits_Agrees(int bits, int k, int blockSize, bool hasZeroPoints)
    {
        const int N = 5;
        int blocks = (k + blockSize - 1) / blockSize;
        OperatorCase matMul = Case(
            "MatMulNBits",
            Float(2, 3, k),
            Codes(DataType.UInt8, N, blocks, blockSize * bits / 8),
            Float(N, blocks),
            hasZeroPoints ? Codes(DataType.UInt8, N, ((blocks * bits) + 7) / 8) : null) with
        {
            Attributes = AttributeMap.Of(("K", k), ("N", N), ("bits", bits), ("block_size", blockSize)),
            Constants = [1, 2, 3],
        };
        matMul.AgreesWithOnnxRuntime(absolute: bits == 8 ? 1e-3 : 1e-4);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void GatherBlockQuantized_Int4_Agrees(int gatherAxis, int quantizeAxis)
    {
        long[] scales = quantizeAxis == 1 ? [6, 3] : [1, 40];
        sbyte[] codes = [.. Enumerable.Range(0, 6 * 40).Select(_ => (sbyte)_random.Next(-8, 8))];
        (Case("GatherBlockQuantized", PackedInt4.Pack(DataType.Int4, new TensorShape(6, 40), codes), Tensor.Create([0L, 5, -1, 3], 2, 2), Float(scales)) with
        {
            Attributes = AttributeMap.Of(("gather_axis", gatherAxis), ("quantize_axis", quantizeAxis), ("block_size", 16)),
            Constants = [0, 2],
        }).AgreesWithOnnxRuntime();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void GatherBlockQuantized_Bytes_Agrees(bool hasZeroPoints) => (Case(
        "GatherBlockQuantized",
        Codes(DataType.UInt8, 6, 32), Tensor.Vector(4L, 0), Float(6, 4), hasZeroPoints ? Codes(DataType.UInt8, 6, 2) : null) with
    {
        Attributes = AttributeMap.Of(("gather_axis", 0), ("quantize_axis", 1), ("block_size", 16), ("bits", 4)),
        Constants = [0, 2, 3],
    }).AgreesWithOnnxRuntime();

    [Theory]
    [InlineData("Gelu", false)]
    [InlineData("FastGelu", false)]
    [InlineData("FastGelu", true)]
    [InlineData("BiasGelu", true)]
    [InlineData("QuickGelu", false)]
    public void Gelus_Agree(string name, bool hasBias) => Case(name, hasBias ? [Float(3, 4, 8), Float(8)] : [Float(3, 4, 8)]).AgreesWithOnnxRuntime();

    [Fact]
    public void SkipLayerNormalization_Agrees() => AllOutputs(
        Case("SkipLayerNormalization", Float(2, 3, 8), Float(2, 3, 8), Float(8), Float(8), Float(8)) with { OutputCount = 4, Attributes = AttributeMap.Of(("epsilon", 1e-5f)) },
        [0, 3]);

    [Fact]
    public void EmbedLayerNormalization_Agrees() => (Case(
        "EmbedLayerNormalization",
        Tensor.Create([1, 3, 0, 2, 2, 1], 2, 3), Tensor.Create([0, 0, 1, 0, 1, 1], 2, 3), Float(4, 8), Float(5, 8), Float(2, 8), Float(8), Float(8),
        Tensor.Create([1, 1, 0, 1, 1, 1], 2, 3)) with
    { OutputCount = 2 }).AgreesWithOnnxRuntime();

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 0, 0, 0)]
    [InlineData(0, 1, 0, 0)]
    [InlineData(1, 1, 1, 0)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(0, 0, 1, 1)]
    public void FusedMatMul_Agrees(int transA, int transB, int transBatchA, int transBatchB)
    {
        // Two batches, M = 3, K = 4, N = 5.
        long[] Operand(long rows, long columns, int transposes, int transposesBatch)
        {
            (long first, long second) = transposes == 1 ? (columns, rows) : (rows, columns);
            return transposesBatch == 1 ? [first, 2, second] : [2, first, second];
        }

        (Case("FusedMatMul", Float(Operand(3, 4, transA, transBatchA)), Float(Operand(4, 5, transB, transBatchB))) with
        {
            Attributes = AttributeMap.Of(("alpha", 0.5f), ("transA", transA), ("transB", transB), ("transBatchA", transBatchA), ("transBatchB", transBatchB)),
        }).AgreesWithOnnxRuntime();
    }

    [Theory]
    [InlineData("forward", true, DataType.Int8)]
    [InlineData("reverse", false, DataType.UInt8)]
    [InlineData("bidirectional", true, DataType.UInt8)]
    public void DynamicQuantizeLstm_OneSequence_Agrees(string direction, bool perChannel, DataType weights)
    {
        const int Hidden = 4;
        int directions = direction == "bidirectional" ? 2 : 1;
        Tensor Scales() => Positive(perChannel ? [directions, 4 * Hidden] : [directions]);
        Tensor Zeros() => Tensor.FromBytes(weights, new TensorShape(perChannel ? [directions, 4 * Hidden] : [directions]), new byte[directions * (perChannel ? 4 * Hidden : 1)]);
        (Case(
            "DynamicQuantizeLSTM",
            Float(5, 1, 3), Codes(weights, directions, 3, 4 * Hidden), Codes(weights, directions, Hidden, 4 * Hidden), Float(directions, 8 * Hidden), null,
            Float(directions, 1, Hidden), Float(directions, 1, Hidden), null, Scales(), Zeros(), Scales(), Zeros()) with
        {
            Attributes = AttributeMap.Of(("hidden_size", Hidden), ("direction", direction)),
            OutputCount = 3,
            Constants = [1, 2, 3, 8, 9, 10, 11],
        }).AgreesWithOnnxRuntime(absolute: 1e-3);
    }

    private static void AllOutputs(OperatorCase @case, int[] compared)
    {
        // ONNX Runtime leaves mean and inverse deviation unset on the CPU.
        (IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual) = (@case.RunOnnxRuntime(), @case.Evaluate());
        foreach (int i in compared)
            TensorAssert.Close(expected[i], actual[i], name: $"output {i}");
    }

    private static OperatorCase Case(string name, params Tensor?[] inputs) => new(name, inputs) { Domain = "com.microsoft" };

    private static OperatorCase Quantized(string name, params Tensor?[] inputs) => Case(name, inputs) with
    { Constants = [.. Enumerable.Range(0, inputs.Length).Where(i => inputs[i] is { ElementCount: 1 })] };

    private static Tensor Scale(float value) => Tensor.Scalar(value);

    private static Tensor Zero(DataType type, byte value) => Tensor.FromBytes(type, TensorShape.Scalar, [value]);

    private Tensor Float(params ReadOnlySpan<long> dimensions) => RandomTensors.Create(_random, DataType.Float32, dimensions);

    private Tensor Positive(params ReadOnlySpan<long> dimensions)
    {
        Tensor tensor = Float(dimensions);
        foreach (ref float value in tensor.AsSpan<float>())
            value = 0.005f + (0.005f * Math.Abs(value));
        return tensor;
    }

    private Tensor Codes(DataType type, params ReadOnlySpan<long> dimensions) => RandomTensors.Codes(_random, type, dimensions);
}
