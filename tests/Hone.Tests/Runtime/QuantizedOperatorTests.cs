using Hone.Graphs;
using Hone.Runtime;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>Operators from codes to codes run on the kernels of the patterns, with the bits of their own definition, which is tested against ONNX Runtime.</summary>
public class QuantizedOperatorTests
{
    private const string Microsoft = "com.microsoft";
    private readonly Random _random = new(5);

    public static TheoryData<DataType, DataType, bool, int> Products => new()
    {
        { DataType.UInt8, DataType.Int8, true, 1 },
        { DataType.UInt8, DataType.UInt8, false, 1 },
        { DataType.Int8, DataType.Int8, true, 2 },
        { DataType.Int8, DataType.Int8, false, 6 },
    };

    [Theory]
    [MemberData(nameof(Products))]
    public void QLinearConv_IsBitEqual(DataType type, DataType weightType, bool isPerChannel, int groups) => AssertSameBitsWithoutReference(new OperatorCase(
        "QLinearConv", Codes(type, 2, 6, 9, 7), Scale(0.02f), Zero(type, 7), Codes(weightType, 12, 6 / groups, 3, 3), Scales(isPerChannel, 12), Middle(weightType), Scale(0.11f), Zero(type, 11),
        Tensor.Vector([.. Enumerable.Range(0, 12).Select(_ => _random.Next(-9000, 9000))]))
    {
        Attributes = AttributeMap.Of(("group", (long)groups), ("pads", new[] { 1L, 0, 2, 1 }), ("strides", new[] { 2L, 1 })), Constants = [1, 2, 3, 4, 5, 6, 7, 8],
    });

    [Theory]
    [MemberData(nameof(Products))]
    public void QLinearMatMul_IsBitEqual(DataType type, DataType weightType, bool isPerChannel, int rows) => AssertSameBitsWithoutReference(new OperatorCase(
        "QLinearMatMul", Codes(type, 2, rows, 37), Scale(0.02f), Zero(type, 7), Codes(weightType, 37, 19), Scales(isPerChannel, 19), Middle(weightType), Scale(0.07f), Zero(type, 11))
    { Constants = [1, 2, 3, 4, 5, 6, 7] });

    [Theory]
    [InlineData("QLinearAdd", DataType.UInt8)]
    [InlineData("QLinearAdd", DataType.Int8)]
    [InlineData("QLinearMul", DataType.UInt8)]
    [InlineData("QLinearMul", DataType.Int8)]
    public void QLinearBinary_IsBitEqual(string name, DataType type) => AssertSameBitsWithoutReference(new OperatorCase(
        name, Codes(type, 2, 3, 5), Scale(0.031f), Zero(type, 7), Codes(type, 2, 3, 5), Scale(0.017f), Zero(type, 3), Scale(0.029f), Zero(type, 11))
    { Domain = Microsoft, Constants = [1, 2, 4, 5, 6, 7] });

    [Theory]
    [InlineData("QLinearSigmoid", DataType.UInt8)]
    [InlineData("QLinearLeakyRelu", DataType.Int8)]
    public void QLinearUnary_IsBitEqual(string name, DataType type) => AssertSameBitsWithoutReference(new OperatorCase(
        name, Codes(type, 3, 100), Scale(0.043f), Zero(type, 7), Scale(1 / 200f), Zero(type, 1))
    { Domain = Microsoft, Constants = [1, 2, 3, 4] });

    [Fact]
    public void QLinearConcat_IsBitEqual() => AssertSameBitsWithoutReference(new OperatorCase(
        "QLinearConcat", Scale(0.03f), Zero(DataType.UInt8, 5),
        Codes(DataType.UInt8, 2, 3, 4), Scale(0.05f), Zero(DataType.UInt8, 9),
        Codes(DataType.UInt8, 2, 1, 4), Scale(0.011f), Zero(DataType.UInt8, 128))
    { Domain = Microsoft, Attributes = AttributeMap.Of(("axis", 1L)), Constants = [0, 1, 3, 4, 6, 7] });

    [Theory]
    [InlineData("QLinearGlobalAveragePool")]
    [InlineData("QLinearAveragePool")]
    public void QLinearPool_IsWithinOneCode(string name)
    {
        AttributeMap window = name == "QLinearAveragePool" ? AttributeMap.Of(("kernel_shape", new[] { 3L, 3 })) : AttributeMap.Empty;
        (Tensor expected, Tensor actual) = Run(new OperatorCase(name, Codes(DataType.UInt8, 2, 8, 7, 6), Scale(0.05f), Zero(DataType.UInt8, 9), Scale(0.047f), Zero(DataType.UInt8, 3))
        {
            Domain = Microsoft, Attributes = window.With("channels_last", 0L), Constants = [1, 2, 3, 4],
        });
        Assert.All(expected.ToInt64Array().Zip(actual.ToInt64Array()), pair => Assert.InRange(pair.Second, pair.First - 1, pair.First + 1));
    }

    [Theory]
    [InlineData(DataType.Int8)]
    [InlineData(DataType.UInt8)]
    public void DynamicQuantizeMatMul_IsOneProduct(DataType weights)
    {
        (Tensor expected, Tensor actual) = Run(new OperatorCase(
            "DynamicQuantizeMatMul", RandomTensors.Create(_random, DataType.Float32, 3, 4, 20), Codes(weights, 20, 6), Scales(true, 6), Middle(weights), RandomTensors.Create(_random, DataType.Float32, 6))
        { Domain = Microsoft, Constants = [1, 2, 3, 4] });
        TensorAssert.Close(expected, actual, 1e-6, 1e-6);
    }

    [Fact]
    public void WeightsOffTheMiddle_StayTheOperator()
    {
        OperatorCase product = new("QLinearMatMul", Codes(DataType.UInt8, 3, 8), Scale(0.02f), Zero(DataType.UInt8, 7), Codes(DataType.UInt8, 8, 5), Scale(0.01f), Zero(DataType.UInt8, 99), Scale(0.07f), Zero(DataType.UInt8, 1))
        {
            Constants = [1, 2, 3, 4, 5, 6, 7],
        };
        using CompiledModel compiled = CompiledModel.Compile(new Model(product.Build()));
        using Tensor actual = compiled.Run(product.Inputs[0]!);
        TensorAssert.Close(product.EvaluateOne(), actual, 0, 0);
        Assert.True(Assert.Single(compiled.Profile()[0].Steps).IsReference);
    }

    private static void AssertSameBitsWithoutReference(OperatorCase node)
    {
        (Tensor expected, Tensor actual) = Run(node);
        TensorAssert.Close(expected, actual, 0, 0);
    }

    /// <summary>The node's reference evaluation, and the compiled model's, which has no reference step.</summary>
    private static (Tensor Expected, Tensor Actual) Run(OperatorCase node)
    {
        using CompiledModel compiled = CompiledModel.Compile(new Model(node.Build()));
        Dictionary<string, Tensor> feeds = [];
        foreach (Value input in compiled.Inputs)
            feeds.Add(input.Name, node.Inputs[int.Parse(input.Name["in".Length..])]!);
        Tensor actual = compiled.Run(feeds)[compiled.Outputs[0].Name];
        Assert.DoesNotContain(compiled.Profile()[0].Steps, s => s.IsReference);
        return (node.EvaluateOne(), actual);
    }

    private Tensor Codes(DataType type, params long[] dimensions) => QuantizedGraph.Codes(_random.Next(), type, dimensions);

    private Tensor Scales(bool isPerChannel, int count) => isPerChannel ? Tensor.Vector([.. Enumerable.Range(0, count).Select(_ => 0.002f + (0.004f * _random.NextSingle()))]) : Scale(0.004f);

    private static Tensor Scale(float scale) => Tensor.Scalar(scale);

    private static Tensor Zero(DataType type, int zeroPoint) => type == DataType.Int8 ? Tensor.Scalar((sbyte)zeroPoint) : Tensor.Scalar((byte)zeroPoint);

    private static Tensor Middle(DataType type) => Zero(type, type == DataType.Int8 ? 0 : 128);
}
