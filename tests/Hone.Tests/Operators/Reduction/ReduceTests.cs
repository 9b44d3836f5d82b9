using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Operators.Reduction;

public class ReduceTests
{
    private static readonly AttributeMap s_dropAxes = AttributeMap.Of(("keepdims", 0));

    [Theory]
    [InlineData("ReduceSum", 0f)]
    [InlineData("ReduceProd", 1f)]
    [InlineData("ReduceMax", float.NegativeInfinity)]
    [InlineData("ReduceMin", float.PositiveInfinity)]
    [InlineData("ReduceLogSum", float.NegativeInfinity)]
    [InlineData("ReduceLogSumExp", float.NegativeInfinity)]
    [InlineData("ReduceMean", float.NaN)]
    public void OfNothing_IsTheNeutralElement(string name, float expected) =>
        Assert.Equal([expected, expected], OperatorRun.Single(name, s_dropAxes, new Tensor(DataType.Float32, new TensorShape(2, 0)), Tensor.Vector(1L)).ToSingleArray());

    [Fact]
    public void MaxOfNoIntegers_IsTheLowest() =>
        Assert.Equal([(long)sbyte.MinValue], OperatorRun.Single("ReduceMax", s_dropAxes, new Tensor(DataType.Int8, new TensorShape(1, 0)), Tensor.Vector(1L)).ToInt64Array());

    [Fact]
    public void Sum_OfManySmallNumbers_LosesNothing()
    {
        // In float32 the sum would stop at 2^24.
        Tensor ones = new(DataType.Float32, new TensorShape((1 << 24) + 2));
        ones.AsSpan<float>().Fill(1);
        Assert.Equal((1 << 24) + 2, OperatorRun.Single("ReduceSum", s_dropAxes, ones).Item<float>());
    }

    [Fact]
    public void Sum_OfSmallIntegers_WrapsAroundOnce() =>
        Assert.Equal([(100L + 100 + 100) - 256], OperatorRun.Single("ReduceSum", s_dropAxes, Tensor.Create<sbyte>([100, 100, 100], 1, 3), Tensor.Vector(1L)).ToInt64Array());

    [Fact]
    public void Mean_OfSmallIntegers_DoesNotWrapAround() =>
        Assert.Equal(100, OperatorRun.Single("ReduceMean", s_dropAxes, Tensor.Vector<sbyte>(100, 100, 101)).Item<sbyte>());

    [Fact]
    public void Max_OfUInt64_ComparesUnsigned() =>
        Assert.Equal(ulong.MaxValue, OperatorRun.Single("ReduceMax", s_dropAxes, Tensor.Vector(1UL, ulong.MaxValue)).Item<ulong>());

    [Fact]
    public void LogSumExp_DoesNotOverflow() =>
        Assert.Equal(1000 + Math.Log(2), OperatorRun.Single("ReduceLogSumExp", s_dropAxes, Tensor.Vector(1000.0, 1000.0)).Item<double>(), 1e-12);

    [Fact]
    public void EmptyAxes_ReduceAllOrNothing()
    {
        Tensor x = Tensor.Create([1f, 2f, 3f, 4f], 2, 2);
        Tensor none = Tensor.Vector<long>();
        Assert.Equal([10f], OperatorRun.Single("ReduceSum", null, x, none).ToSingleArray());
        Assert.Equal([1f, 2f, 3f, 4f], OperatorRun.Single("ReduceSum", AttributeMap.Of(("noop_with_empty_axes", 1)), x, none).ToSingleArray());
        // The operator without its reduction still squares.
        Assert.Equal([1f, 4f, 9f, 16f], OperatorRun.Single("ReduceSumSquare", AttributeMap.Of(("noop_with_empty_axes", 1)), x).ToSingleArray());
    }

    [Theory]
    [InlineData("ReduceSum")]
    [InlineData("ReduceMean")]
    [InlineData("ReduceMax")]
    [InlineData("ReduceMin")]
    [InlineData("ReduceProd")]
    [InlineData("ReduceL1")]
    [InlineData("ReduceL2")]
    [InlineData("ReduceSumSquare")]
    [InlineData("ReduceLogSumExp")]
    public void AnyAxes_AgreeWithOnnxRuntime(string name)
    {
        System.Random random = new(5);
        foreach (long[] axes in (long[][])[[0], [1], [3], [0, 2], [-1, 1], [1, 2], [0, 1, 2, 3]])
        {
            foreach (int keep in (int[])[0, 1])
                OperatorRun.AgreesWithOnnxRuntime(name, AttributeMap.Of(("keepdims", keep)), 1e-5, 1e-6, TestKit.RandomTensors.Create(random, DataType.Float32, 3, 4, 2, 5), Tensor.Create(axes, axes.Length));
        }
    }

    [Fact]
    public void AxisOutOfRange_IsRefused() => OperatorRun.Fails("ReduceSum", null, Tensor.Vector(1f), Tensor.Vector(1L));

    [Fact]
    public void Infer_KeepsSymbols()
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 3, Dimension.Symbolic("H")));
        Value axes = builder.Constant("axes", Tensor.Vector(-1L));
        Assert.Equal("[N, 3, 1]", builder.Node("ReduceMean", [x, axes]).Shape!.ToString());
        Assert.Equal("[N, 3]", builder.Node("ReduceMean", [x, axes], s_dropAxes).Shape!.ToString());
        Value given = builder.Input("given", DataType.Int64, new SymbolicShape(1));
        Assert.Equal("[?, ?, ?]", builder.Node("ReduceMean", [x, given]).Shape!.ToString());
        Assert.Null(builder.Node("ReduceMean", [x, given], s_dropAxes).Shape);
    }
}
