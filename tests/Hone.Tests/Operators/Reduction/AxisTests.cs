using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators.Reduction;

public class AxisTests
{
    [Fact]
    public void ArgMax_OfEquals_TakesTheFirstOrTheLast()
    {
        Tensor x = Tensor.Vector(1f, 3f, 3f, 0f);
        Assert.Equal([1L], OperatorRun.Single("ArgMax", null, x).ToInt64Array());
        Assert.Equal([2L], OperatorRun.Single("ArgMax", AttributeMap.Of(("select_last_index", 1)), x).ToInt64Array());
    }

    [Theory]
    [InlineData("ArgMax")]
    [InlineData("ArgMin")]
    public void Arg_TakesNaNForTheBest(string name) => Assert.Equal([1L], OperatorRun.Single(name, null, Tensor.Vector(1f, float.NaN, -3f, 5f)).ToInt64Array());

    [Fact]
    public void Arg_OfNothing_IsRefused() => OperatorRun.Fails("ArgMax", AttributeMap.Of(("axis", 1)), new Tensor(DataType.Float32, new TensorShape(2, 0)));

    [Fact]
    public void TopK_OfEquals_TakesTheFirst()
    {
        IReadOnlyList<Tensor> outputs = OperatorRun.Outputs("TopK", 2, null, Tensor.Vector(1, 5, 5, 2, 5), Tensor.Vector(3L));
        Assert.Equal([5L, 5L, 5L], outputs[0].ToInt64Array());
        Assert.Equal([1L, 2L, 4L], outputs[1].ToInt64Array());
        outputs = OperatorRun.Outputs("TopK", 2, AttributeMap.Of(("largest", 0)), Tensor.Vector(1, 5, 5, 2, 5), Tensor.Vector(2L));
        Assert.Equal([0L, 3L], outputs[1].ToInt64Array());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(long.MaxValue)]
    public void TopK_OfMoreThanThereAre_IsRefused(long count)
    {
        HoneException error = Assert.ThrowsAny<HoneException>(() => OperatorRun.Outputs("TopK", 2, null, Tensor.Vector(1f, 2f), Tensor.Vector(count)));
        Assert.Contains("TopK", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Softmax_OfLargeNumbers_DoesNotOverflow() =>
        Assert.Equal([0.5f, 0.5f, 0f], OperatorRun.Single("Softmax", null, Tensor.Vector(3e38f, 3e38f, -3e38f)).ToSingleArray());

    [Theory]
    [InlineData("Softmax", -1)]
    [InlineData("Softmax", 0)]
    [InlineData("Softmax", 1)]
    [InlineData("LogSoftmax", 1)]
    [InlineData("LogSoftmax", -3)]
    [InlineData("Hardmax", 1)]
    public void Softmaxes_AgreeWithOnnxRuntime(string name, int axis) =>
        OperatorRun.AgreesWithOnnxRuntime(name, AttributeMap.Of(("axis", axis)), 1e-5, 1e-6, RandomTensors.Create(new System.Random(2), DataType.Float32, 3, 4, 5));

    [Fact]
    public void Softmax_OfAnEmptyTensor_IsEmpty() => Assert.Equal(0, OperatorRun.Single("Softmax", null, new Tensor(DataType.Float32, new TensorShape(2, 0))).ElementCount);

    [Fact]
    public void CumSum_GoesBothWays()
    {
        Tensor x = Tensor.Create([1, 2, 3, 4, 5, 6], 2, 3);
        Assert.Equal([1L, 3L, 6L, 4L, 9L, 15L], OperatorRun.Single("CumSum", null, x, Tensor.Scalar(1L)).ToInt64Array());
        Assert.Equal([5L, 3L, 0L, 11L, 6L, 0L], OperatorRun.Single("CumSum", AttributeMap.Of(("exclusive", 1), ("reverse", 1)), x, Tensor.Scalar(-1L)).ToInt64Array());
    }

    [Fact]
    public void Infer_TopK_TakesKFromShapeArithmetic()
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 10));
        Node node = builder.Node("TopK", [x, builder.Constant("k", Tensor.Vector(3L))], ["values", "indices"]);
        Assert.Equal("[N, 3]", node.Outputs[1]!.Shape!.ToString());
        Assert.Equal(DataType.Int64, node.Outputs[1]!.DataType);
    }
}
