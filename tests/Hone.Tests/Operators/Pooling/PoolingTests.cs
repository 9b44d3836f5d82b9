using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators.Pooling;

/// <summary>The expected numbers are PyTorch's.</summary>
public class PoolingTests
{
    private static readonly AttributeMap s_threeByTwoPadded = AttributeMap.Of(
        ("kernel_shape", new[] { 3, 3 }), ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 }), ("ceil_mode", 1));

    [Fact]
    public void MaxPool_CeilModeWithIndices_GivesPyTorchsNumbers()
    {
        IReadOnlyList<Tensor> outputs = new OperatorCase("MaxPool", RandomTensors.Integers(1, 2, 4, 5)) { Attributes = s_threeByTwoPadded, OutputCount = 2 }.Evaluate();
        Assert.Equal([4, 5, 5, 4, 4, 5, 1, 4, 0, 5, 4, 4, 5, 5, 4, 5, 5, 4], outputs[0].ToSingleArray());
        // PyTorch counts within a plane, ONNX through the whole tensor.
        long[] inPlane = [6, 3, 3, 6, 6, 14, 15, 17, 18, 5, 8, 8, 5, 16, 8, 16, 16, 19];
        Assert.Equal(inPlane.Select((place, i) => place + (i / 9 * 20)), outputs[1].ToInt64Array());
    }

    [Fact]
    public void MaxPool_StorageOrder_CountsColumnsFirst()
    {
        OperatorCase pool = new("MaxPool", RandomTensors.Integers(1, 2, 4, 5)) { OutputCount = 2 };
        AttributeMap attributes = AttributeMap.Of(("kernel_shape", new[] { 2, 2 }));
        long[] rowMajor = (pool with { Attributes = attributes }).Evaluate()[1].ToInt64Array();
        long[] columnMajor = (pool with { Attributes = attributes.With("storage_order", 1L) }).Evaluate()[1].ToInt64Array();
        Assert.Equal(rowMajor.Select(p => (p / 20 * 20) + (p % 5 * 4) + (p % 20 / 5)), columnMajor);
    }

    [Fact]
    public void MaxPool_NaN_Wins()
    {
        Tensor y = new OperatorCase("MaxPool", Tensor.Create([1f, float.NaN, 3, 2], 1, 1, 4)) { Attributes = AttributeMap.Of(("kernel_shape", new[] { 2 })) }.EvaluateOne();
        Assert.Equal([float.NaN, float.NaN, 3], y.ToSingleArray());
    }

    [Theory]
    [InlineData(1, new[] { -2f / 9, 5f / 9, 5f / 9, -7f / 9, -4f / 9, -2f / 9, -1f / 3, 1f / 6, -2f / 3 })]
    [InlineData(0, new[] { -0.5f, 5f / 6, 1.25f, -7f / 6, -4f / 9, -1f / 3, -1, 1f / 3, -2 })]
    public void AveragePool_CeilMode_CountsOnlyPadding(int countIncludePad, float[] expected)
    {
        Tensor y = new OperatorCase("AveragePool", RandomTensors.Integers(1, 1, 4, 5)) { Attributes = s_threeByTwoPadded.With("count_include_pad", (long)countIncludePad) }.EvaluateOne();
        TensorAssert.Close(Tensor.Create(expected, 1, 1, 3, 3), y, 1e-6, 0);
    }

    [Theory]
    [InlineData("MaxPool", "SAME_UPPER")]
    [InlineData("MaxPool", "SAME_LOWER")]
    [InlineData("AveragePool", "SAME_UPPER")]
    [InlineData("AveragePool", "SAME_LOWER")]
    [InlineData("AveragePool", "VALID")]
    [InlineData("LpPool", "VALID")]
    public void AutoPad_AgreesWithOnnxRuntime(string name, string autoPad) => new OperatorCase(name, RandomTensors.Integers(2, 3, 7, 8))
    { Attributes = AttributeMap.Of(("kernel_shape", new[] { 3, 2 }), ("strides", new[] { 2, 3 }), ("auto_pad", autoPad)) }.AgreesWithOnnxRuntime();

    [Theory]
    [InlineData("GlobalAveragePool")]
    [InlineData("GlobalMaxPool")]
    [InlineData("GlobalLpPool")]
    public void GlobalPools_AgreeWithOnnxRuntime(string name) => new OperatorCase(name, RandomTensors.Integers(2, 3, 7, 8)).AgreesWithOnnxRuntime();

    [Fact]
    public void MaxUnpool_UndoesMaxPool()
    {
        AttributeMap attributes = AttributeMap.Of(("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }));
        IReadOnlyList<Tensor> pooled = new OperatorCase("MaxPool", RandomTensors.Integers(1, 2, 4, 4)) { Attributes = attributes, OutputCount = 2 }.Evaluate();
        Tensor y = new OperatorCase("MaxUnpool", pooled[0], pooled[1]) { Attributes = attributes }.EvaluateOne();
        float[] expected = new float[32];
        for (int i = 0; i < 8; i++)
            expected[pooled[1].ToInt64Array()[i]] = pooled[0].ToSingleArray()[i];
        TensorAssert.Close(Tensor.Create(expected, 1, 2, 4, 4), y, 0, 0);
        OperatorRun.Fails("MaxUnpool", attributes, pooled[0], Tensor.Create(new long[] { 0, 0, 0, 0, 0, 0, 0, 32 }, 1, 2, 2, 2));
        OperatorRun.Fails("MaxUnpool", attributes, pooled[0], Tensor.Create(new long[] { 0, 0, 0, 0, 0, 0, 0, -1 }, 1, 2, 2, 2));
    }

    [Theory]
    [InlineData(0, "[N, 3, (H+1)/2]")]
    [InlineData(1, "[N, 3, (H+2)/2]")]
    public void SymbolicSizes_AreInferred(int ceilMode, string expected)
    {
        OperatorCase pool = new("MaxPool") { Attributes = AttributeMap.Of(("kernel_shape", new[] { 3 }), ("strides", new[] { 2 }), ("pads", new[] { 1, 1 }), ("ceil_mode", ceilMode)) };
        Assert.Equal(expected, pool.InferShape(new SymbolicShape(Dimension.Symbolic("N"), 3, Dimension.Symbolic("H")))?.ToString());
    }

    [Fact]
    public void SymbolicSizes_WhereTheLastWindowMayBeDropped_StayUnknown()
    {
        OperatorCase pool = new("MaxPool") { Attributes = AttributeMap.Of(("kernel_shape", new[] { 1 }), ("strides", new[] { 2 }), ("ceil_mode", 1)) };
        Assert.Equal("[1, 3, ?]", pool.InferShape(new SymbolicShape(1, 3, Dimension.Symbolic("H")))?.ToString());
    }

    [Fact]
    public void HostileNumbers_AreRefused()
    {
        Tensor x = RandomTensors.Integers(1, 1, 4, 4);
        int[] huge = [int.MaxValue, int.MaxValue];
        OperatorRun.Fails("MaxPool", null, x);
        OperatorRun.Fails("MaxPool", AttributeMap.Of(("kernel_shape", new[] { 2 })), x);
        OperatorRun.Fails("MaxPool", AttributeMap.Of(("kernel_shape", new[] { 5, 5 })), x);
        OperatorRun.Fails("MaxPool", AttributeMap.Of(("kernel_shape", new[] { 2, 2 }), ("pads", new[] { 2, 2, 2, 2 })), x);
        OperatorRun.Fails("AveragePool", AttributeMap.Of(("kernel_shape", huge), ("pads", new[] { int.MaxValue - 1, int.MaxValue - 1, int.MaxValue - 1, int.MaxValue - 1 })), x);
        OperatorRun.Fails("AveragePool", AttributeMap.Of(("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 0, 1 })), x);
        OperatorRun.Fails("LpPool", AttributeMap.Of(("kernel_shape", new[] { 2, 2 }), ("p", 0)), x);
        OperatorRun.Fails("AveragePool", AttributeMap.Of(("kernel_shape", Enumerable.Repeat(1, 40).ToArray())), new Tensor(DataType.Float32, new TensorShape(Enumerable.Repeat(1L, 42).ToArray())));
    }
}
