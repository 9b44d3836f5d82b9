using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators.Quantization;

public class QuantizationTests
{
    [Theory]
    [InlineData(DataType.UInt8)]
    [InlineData(DataType.Int8)]
    [InlineData(DataType.UInt16)]
    [InlineData(DataType.Int16)]
    public void QuantizeThenDequantize_PerAxis_AgreesWithOnnxRuntime(DataType type)
    {
        Tensor zeroPoint = Tensor.FromBytes(type, new TensorShape(3), [.. Enumerable.Range(1, 3 * type.BitWidth() / 8).Select(i => (byte)i)]);
        Tensor scale = Tensor.Vector(0.013f, 0.5f, 0.0021f);
        OperatorCase quantize = new("QuantizeLinear", RandomTensors.Create(new(2), DataType.Float32, 2, 3, 50), scale, zeroPoint);
        quantize.AgreesWithOnnxRuntime();
        new OperatorCase("DequantizeLinear", quantize.EvaluateOne(), scale, zeroPoint).AgreesWithOnnxRuntime(0, 0);
    }

    [Theory]
    [InlineData(DataType.Int4, -8, 7)]
    [InlineData(DataType.UInt4, 0, 15)]
    public void FourBits_SaturateAndPackLowNibbleFirst(DataType type, int minimum, int maximum)
    {
        Tensor codes = new OperatorCase("QuantizeLinear", Tensor.Vector(-100f, 100, 1, 2, 3), Tensor.Scalar(1f)) { Attributes = AttributeMap.Of(("output_dtype", type)) }.EvaluateOne();
        Assert.Equal(type, codes.DataType);
        Assert.Equal([minimum, maximum, 1, 2, 3], codes.ToInt64Array());
        Assert.Equal([(byte)((maximum << 4) | (minimum & 0xF)), 0x21, 0x03], codes.Bytes.ToArray());
    }

    [Fact]
    public void Dequantize_BlocksOfPackedCodes_GivesOnnxRuntimesNumbers()
    {
        Tensor x = Tensor.FromBytes(DataType.UInt4, new TensorShape(3), [0x21, 0x03]);
        Tensor zeroPoint = Tensor.FromBytes(DataType.UInt4, new TensorShape(2), [0x10]);
        Tensor y = new OperatorCase("DequantizeLinear", x, Tensor.Vector(1f, 10), zeroPoint) { Attributes = AttributeMap.Of(("axis", 0), ("block_size", 2)) }.EvaluateOne();
        Assert.Equal([1f, 2, 20], y.ToSingleArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Blocks_AlongAnyAxis_AgreeWithOnnxRuntime(int axis)
    {
        long[] scales = [3, 4, 5];
        scales[axis] = (scales[axis] + 1) / 2;
        System.Random random = new(6);
        Tensor scale = RandomTensors.Create(random, DataType.Float32, scales);
        foreach (ref float value in scale.AsSpan<float>())
            value = 0.1f + Math.Abs(value);
        AttributeMap attributes = AttributeMap.Of(("axis", axis), ("block_size", 2));
        new OperatorCase("QuantizeLinear", RandomTensors.Integers(3, 4, 5), scale) { Attributes = attributes.With("output_dtype", (long)DataType.Int8) }.AgreesWithOnnxRuntime();
        new OperatorCase("DequantizeLinear", RandomTensors.Codes(random, DataType.Int8, 3, 4, 5), scale) { Attributes = attributes }.AgreesWithOnnxRuntime();
    }

    [Fact]
    public void HalfTypes_DivideAndMultiplyInTheScalesPrecision()
    {
        Tensor x = Tensor.Vector((Half)2050, (Half)(-1));
        Tensor scale = Tensor.Scalar((Half)2);
        Tensor codes = new OperatorCase("QuantizeLinear", x, scale, Tensor.Scalar((short)0)).EvaluateOne();
        Assert.Equal([1025L, 0], codes.ToInt64Array());
        Tensor y = new OperatorCase("DequantizeLinear", codes, scale).EvaluateOne();
        Assert.Equal(DataType.Float16, y.DataType);
        Assert.Equal([2050f, 0], y.ToSingleArray());
    }

    [Theory]
    [InlineData(new[] { 0f, 0f })]
    [InlineData(new[] { 0f, 2f, -3f, -2.5f, 1.34f, 0.5f })]
    [InlineData(new[] { -1e-6f, 1e-6f })]
    [InlineData(new[] { 3f, 4f })]
    [InlineData(new[] { -3f, -4f })]
    public void DynamicQuantizeLinear_AgreesWithOnnxRuntime(float[] values) =>
        new OperatorCase("DynamicQuantizeLinear", Tensor.Vector<float>(values)) { OutputCount = 3 }.AgreesWithOnnxRuntime(0, 0);

    [Fact]
    public void Dequantize_Int32_KeepsEveryBitUpToTheProduct()
    {
        Tensor y = new OperatorCase("DequantizeLinear", Tensor.Vector(16777216, int.MinValue), Tensor.Scalar(0.5f)).EvaluateOne();
        Assert.Equal([8388608f, -1073741824f], y.ToSingleArray());
    }

    [Fact]
    public void WrongParameters_AreRefused()
    {
        Tensor x = RandomTensors.Integers(2, 3);
        OperatorRun.Fails("QuantizeLinear", null, x, Tensor.Vector(1f, 2));
        OperatorRun.Fails("QuantizeLinear", null, x, Tensor.Vector(1f, 2, 3), Tensor.Vector((byte)1, 2));
        OperatorRun.Fails("QuantizeLinear", null, x, RandomTensors.Integers(2, 3));
        OperatorRun.Fails("QuantizeLinear", AttributeMap.Of(("block_size", 2)), x, RandomTensors.Integers(2, 3));
        OperatorRun.Fails("QuantizeLinear", AttributeMap.Of(("block_size", -1)), x, Tensor.Scalar(1f));
        OperatorRun.Fails("QuantizeLinear", AttributeMap.Of(("axis", 2)), x, Tensor.Vector(1f, 2, 3));
        OperatorRun.Fails("QuantizeLinear", AttributeMap.Of(("output_dtype", DataType.Float32)), x, Tensor.Scalar(1f));
        OperatorRun.Fails("QuantizeLinear", AttributeMap.Of(("output_dtype", DataType.Int8)), x, Tensor.Scalar(1f), Tensor.Scalar((byte)0));
    }
}
