using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators.Convolution;

/// <summary>The expected numbers are PyTorch's.</summary>
public class ConvolutionTests
{
    [Fact]
    public void Conv_StridePadDilationGroups_GivesPyTorchsNumbers()
    {
        Tensor y = new OperatorCase("Conv", RandomTensors.Integers(1, 4, 5, 5), RandomTensors.Integers(2, 2, 2, 2), Tensor.Vector(1f, -2f))
        {
            Attributes = AttributeMap.Of(("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 }), ("dilations", new[] { 2, 2 }), ("group", 2)),
        }.EvaluateOne();
        float[] expected = [21, -15, -11, -15, -19, 12, 7, 15, 0, -11, -20, 13, 32, 36, -27, -27, 28, 0];
        TensorAssert.Close(Tensor.Create(expected, 1, 2, 3, 3), y, 0, 0);
    }

    [Fact]
    public void Conv_ThreeSpatialAxes_GivesPyTorchsNumbers()
    {
        Tensor y = new OperatorCase("Conv", RandomTensors.Integers(1, 1, 3, 3, 3), RandomTensors.Integers(1, 1, 2, 2, 2)).EvaluateOne();
        TensorAssert.Close(Tensor.Create([38f, -25, -19, -60, -23, -9, -25, 55], 1, 1, 2, 2, 2), y, 0, 0);
    }

    [Theory]
    [InlineData(DataType.Float64)]
    [InlineData(DataType.Float16)]
    [InlineData(DataType.BFloat16)]
    public void Conv_OtherTypes_RoundTheSameSumsOnce(DataType type)
    {
        Tensor Narrow(Tensor tensor) => new OperatorCase("Cast", tensor) { Attributes = AttributeMap.Of(("to", type)) }.EvaluateOne();
        OperatorCase single = new("Conv", RandomTensors.Integers(1, 2, 4, 4), RandomTensors.Integers(3, 2, 3, 3));
        Tensor y = new OperatorCase("Conv", Narrow(single.Inputs[0]!), Narrow(single.Inputs[1]!)).EvaluateOne();
        Assert.Equal(type, y.DataType);
        Assert.Equal(Narrow(single.EvaluateOne()).ToSingleArray(), y.ToSingleArray());
    }

    [Fact]
    public void ConvTranspose_OutputPaddingGroups_GivesPyTorchsNumbers()
    {
        Tensor y = new OperatorCase("ConvTranspose", RandomTensors.Integers(1, 4, 2, 3), RandomTensors.Integers(4, 1, 3, 3), Tensor.Vector(1f, -2f))
        {
            Attributes = AttributeMap.Of(("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 }), ("output_padding", new[] { 1, 1 }), ("group", 2)),
        }.EvaluateOne();
        float[] expected =
        [
            -12, 46, 3, -23, 7, -13, -4, 12, 4, -16, 12, 24, 0, 4, 4, -32, 8, -15, -8, -4, 4, -24, 16, -7,
            -12, 20, -4, -19, -18, 5, 0, 42, -28, -36, 21, 9, -10, 24, -2, -15, -16, 4, 1, 32, -27, -13, 22, -2,
        ];
        TensorAssert.Close(Tensor.Create(expected, 1, 2, 4, 6), y, 0, 0);
    }

    [Theory]
    [InlineData("SAME_UPPER", 2, 1)]
    [InlineData("SAME_LOWER", 2, 1)]
    [InlineData("SAME_UPPER", 3, 1)]
    [InlineData("VALID", 1, 2)]
    public void Conv_AutoPad_AgreesWithOnnxRuntime(string autoPad, int stride, int dilation) => new OperatorCase(
        "Conv", RandomTensors.Integers(2, 3, 8, 7), RandomTensors.Integers(4, 3, 2, 3))
    {
        Attributes = AttributeMap.Of(("auto_pad", autoPad), ("strides", new[] { stride, stride }), ("dilations", new[] { dilation, dilation })),
    }.AgreesWithOnnxRuntime();

    [Theory]
    [InlineData("SAME_UPPER")]
    [InlineData("SAME_LOWER")]
    [InlineData("NOTSET")]
    public void ConvTranspose_OutputShape_AgreesWithOnnxRuntime(string autoPad) => new OperatorCase(
        "ConvTranspose", RandomTensors.Integers(1, 2, 4, 5), RandomTensors.Integers(2, 3, 3, 4))
    {
        Attributes = AttributeMap.Of(("auto_pad", autoPad), ("strides", new[] { 2, 3 }), ("output_shape", new[] { 8, 14 })),
    }.AgreesWithOnnxRuntime();

    [Theory]
    [InlineData(DataType.UInt8, DataType.UInt8)]
    [InlineData(DataType.UInt8, DataType.Int8)]
    public void ConvInteger_AgreesWithOnnxRuntime(DataType input, DataType weight)
    {
        System.Random random = new(3);
        new OperatorCase(
            "ConvInteger",
            RandomTensors.Codes(random, input, 1, 3, 6, 6), RandomTensors.Codes(random, weight, 4, 3, 3, 3),
            Tensor.Scalar((byte)120), Tensor.FromBytes(weight, TensorShape.Scalar, [9])) { Attributes = AttributeMap.Of(("pads", new[] { 1, 1, 1, 1 })) }.AgreesWithOnnxRuntime();
    }

    [Theory]
    [InlineData(DataType.UInt8, true)]
    [InlineData(DataType.Int8, true)]
    [InlineData(DataType.Int8, false)]
    public void QLinearConv_PerChannel_AgreesWithOnnxRuntime(DataType type, bool hasBias)
    {
        System.Random random = new(4);
        new OperatorCase(
            "QLinearConv",
            RandomTensors.Codes(random, type, 2, 4, 6, 6), Tensor.Scalar(0.02f), Tensor.FromBytes(type, TensorShape.Scalar, [17]),
            RandomTensors.Codes(random, DataType.Int8, 6, 2, 3, 3), Tensor.Vector(0.01f, 0.02f, 0.003f, 0.007f, 0.011f, 0.013f), Tensor.Vector<sbyte>(0, 0, 0, 0, 0, 0),
            Tensor.Scalar(0.31f), Tensor.FromBytes(type, TensorShape.Scalar, [60]),
            hasBias ? Tensor.Vector(100, -2000, 30000, 0, 5, -70000) : null)
        {
            Attributes = AttributeMap.Of(("group", 2), ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 })),
            Constants = [1, 2, 3, 4, 5, 6, 7, 8],
        }.AgreesWithOnnxRuntime();
    }

    [Fact]
    public void Conv_SymbolicSizes_AreInferred()
    {
        OperatorCase conv = new("Conv") { Attributes = AttributeMap.Of(("strides", new[] { 2, 1 }), ("pads", new[] { 1, 1, 1, 1 })) };
        Dimension n = Dimension.Symbolic("N");
        SymbolicShape? shape = conv.InferShape(new SymbolicShape(n, 3, Dimension.Symbolic("H"), Dimension.Symbolic("W")), new SymbolicShape(8, 3, 3, 3));
        Assert.Equal("[N, 8, (H+1)/2, W]", shape?.ToString());
    }

    [Fact]
    public void ConvTranspose_SymbolicSizes_AreInferred()
    {
        OperatorCase conv = new("ConvTranspose") { Attributes = AttributeMap.Of(("strides", new[] { 2 }), ("pads", new[] { 1, 1 })) };
        SymbolicShape? shape = conv.InferShape(new SymbolicShape(1, 3, Dimension.Symbolic("T")), new SymbolicShape(3, 8, 4));
        Assert.Equal("[1, 8, 2*T]", shape?.ToString());
    }

    [Theory]
    [InlineData("pads", int.MaxValue)]
    [InlineData("pads", -1)]
    [InlineData("strides", 0)]
    [InlineData("dilations", 0)]
    [InlineData("dilations", int.MaxValue)]
    public void Conv_HostileNumbers_AreRefused(string attribute, long value)
    {
        long[] values = attribute == "pads" ? [value, value, value, value] : [value, value];
        OperatorRun.Fails("Conv", AttributeMap.Of((attribute, values)), RandomTensors.Integers(1, 1, 4, 4), RandomTensors.Integers(1, 1, 2, 2));
    }

    [Fact]
    public void Conv_WrongShapes_AreRefused()
    {
        Tensor x = RandomTensors.Integers(1, 4, 4, 4);
        OperatorRun.Fails("Conv", null, x, RandomTensors.Integers(2, 3, 2, 2));
        OperatorRun.Fails("Conv", null, x, RandomTensors.Integers(2, 4, 5, 5));
        OperatorRun.Fails("Conv", null, x, RandomTensors.Integers(2, 4, 2));
        OperatorRun.Fails("Conv", null, x, RandomTensors.Integers(2, 4, 2, 2), RandomTensors.Integers(3));
        OperatorRun.Fails("Conv", AttributeMap.Of(("group", 0)), x, RandomTensors.Integers(2, 4, 2, 2));
        OperatorRun.Fails("Conv", AttributeMap.Of(("group", 2)), x, RandomTensors.Integers(3, 2, 2, 2));
        OperatorRun.Fails("Conv", AttributeMap.Of(("kernel_shape", new[] { 3, 3 })), x, RandomTensors.Integers(2, 4, 2, 2));
        OperatorRun.Fails("ConvTranspose", AttributeMap.Of(("output_shape", new[] { long.MaxValue, 1 })), x, RandomTensors.Integers(4, 1, 2, 2));
        OperatorRun.Fails("ConvTranspose", AttributeMap.Of(("pads", new[] { 9, 9, 9, 9 })), x, RandomTensors.Integers(4, 1, 2, 2));
    }
}
