using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Operators.Indexing;

public class IndexingTests
{
    private static readonly Tensor s_matrix = Tensor.Create([1f, 2f, 3f, 4f], 2, 2);

    [Theory]
    [InlineData(2)]
    [InlineData(-3)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void IndexOutOfRange_IsRefused(long index)
    {
        OperatorRun.Fails("Gather", null, s_matrix, Tensor.Vector(index));
        OperatorRun.Fails("GatherElements", null, s_matrix, Tensor.Create([index], 1, 1));
        OperatorRun.Fails("GatherND", null, s_matrix, Tensor.Create([index, 0L], 1, 2));
        OperatorRun.Fails("ScatterElements", null, s_matrix, Tensor.Create([index], 1, 1), Tensor.Create([1f], 1, 1));
        OperatorRun.Fails("ScatterND", null, s_matrix, Tensor.Create([index], 1, 1), Tensor.Create([1f, 2f], 1, 2));
    }

    [Fact]
    public void Gather_ByAScalar_DropsTheAxis() =>
        Assert.Equal([2f, 4f], OperatorRun.Single("Gather", AttributeMap.Of(("axis", 1)), s_matrix, Tensor.Scalar(-1)).ToSingleArray());

    [Fact]
    public void GatherElements_OfAnIndexBesideTheData_IsRefused() =>
        OperatorRun.Fails("GatherElements", null, s_matrix, Tensor.Create([0L, 0L, 0L], 1, 3));

    [Theory]
    [InlineData("none", new[] { 8f, 2f, 3f, 4f })]
    [InlineData("add", new[] { 14f, 2f, 3f, 4f })]
    [InlineData("mul", new[] { 40f, 2f, 3f, 4f })]
    [InlineData("max", new[] { 8f, 2f, 3f, 4f })]
    [InlineData("min", new[] { 1f, 2f, 3f, 4f })]
    public void Scatter_AppliesEqualIndicesInOrder(string reduction, float[] expected)
    {
        AttributeMap attributes = AttributeMap.Of(("reduction", reduction), ("axis", 1));
        Assert.Equal(expected, OperatorRun.Single("ScatterElements", attributes, s_matrix, Tensor.Create([0L, -2L], 1, 2), Tensor.Create([5f, 8f], 1, 2)).ToSingleArray());
    }

    [Fact]
    public void Scatter_MovesStringsButDoesNotAddThem()
    {
        Tensor words = Tensor.Create(["a", "b"], new TensorShape(2));
        Tensor update = Tensor.Create(["x"], new TensorShape(1));
        Assert.Equal(["a", "x"], OperatorRun.Single("ScatterND", null, words, Tensor.Create([1L], 1, 1), update).Strings.ToArray());
        OperatorRun.Fails("ScatterND", AttributeMap.Of(("reduction", "add")), words, Tensor.Create([1L], 1, 1), update);
    }

    [Fact]
    public void OneHot_OfAnIndexOutOfRange_IsOff() =>
        Assert.Equal([0f, 0f, 1f, 0f, 0f, 1f, 0f, 0f, 0f], OperatorRun.Single("OneHot", null, Tensor.Vector(2L, -1L, 3L), Tensor.Scalar(3L), Tensor.Vector(0f, 1f)).ToSingleArray());

    [Fact]
    public void NonZero_ListsPlacesByAxis() =>
        Assert.Equal([0L, 1L, 1L, 0L], OperatorRun.Single("NonZero", null, Tensor.Create([0f, 2f, -1f, 0f], 2, 2)).ToInt64Array());

    [Fact]
    public void Unique_GivesAllItsOutputs()
    {
        IReadOnlyList<Tensor> outputs = OperatorRun.Outputs("Unique", 4, AttributeMap.Of(("sorted", 0)), Tensor.Vector(2f, 1f, 1f, 3f, 4f, 3f));
        Assert.Equal([2f, 1f, 3f, 4f], outputs[0].ToSingleArray());
        Assert.Equal([0L, 1L, 3L, 4L], outputs[1].ToInt64Array());
        Assert.Equal([0L, 1L, 1L, 2L, 3L, 2L], outputs[2].ToInt64Array());
        Assert.Equal([1L, 2L, 2L, 1L], outputs[3].ToInt64Array());
    }

    [Fact]
    public void Unique_OfSlices_ComparesWholeSlices()
    {
        Tensor x = Tensor.Create([1, 0, 0, 1, 0, 0, 2, 3, 4], 3, 3);
        Assert.Equal([1L, 0L, 0L, 2L, 3L, 4L], OperatorRun.Single("Unique", AttributeMap.Of(("axis", 0)), x).ToInt64Array());
    }

    [Fact]
    public void NonMaxSuppression_KeepsTheBestOfOverlappingBoxes()
    {
        // The second box lies in the first with corners given the other way round; the third lies apart.
        Tensor boxes = Tensor.Create([0f, 0f, 2f, 2f, 2f, 2f, 0.1f, 0.1f, 5f, 5f, 6f, 6f], 1, 3, 4);
        Tensor scores = Tensor.Create([0.5f, 0.9f, 0.3f], 1, 1, 3);
        Assert.Equal([0L, 0L, 1L, 0L, 0L, 2L], OperatorRun.Single("NonMaxSuppression", null, boxes, scores, Tensor.Scalar(10L), Tensor.Scalar(0.5f)).ToInt64Array());
        Assert.Equal(0, OperatorRun.Single("NonMaxSuppression", null, boxes, scores).ElementCount);
    }

    [Fact]
    public void Range_CountsAsOnnxDoes()
    {
        Assert.Equal([10L, 7L, 4L], OperatorRun.Single("Range", null, Tensor.Scalar(10L), Tensor.Scalar(1L), Tensor.Scalar(-3L)).ToInt64Array());
        Assert.Equal([1f, 1.5f], OperatorRun.Single("Range", null, Tensor.Scalar(1f), Tensor.Scalar(2f), Tensor.Scalar(0.5f)).ToSingleArray());
        Assert.Equal(0, OperatorRun.Single("Range", null, Tensor.Scalar(1), Tensor.Scalar(5), Tensor.Scalar(-1)).ElementCount);
        Assert.Equal([long.MinValue, -1L, long.MaxValue - 1], OperatorRun.Single("Range", null, Tensor.Scalar(long.MinValue), Tensor.Scalar(long.MaxValue), Tensor.Scalar(long.MaxValue)).ToInt64Array());
        OperatorRun.Fails("Range", null, Tensor.Scalar(1), Tensor.Scalar(5), Tensor.Scalar(0));
    }

    [Fact]
    public void TensorScatter_WrapsAroundOnlyWhenCircular()
    {
        Tensor cache = new(DataType.Float32, new TensorShape(1, 3, 1));
        Tensor update = Tensor.Create([1f, 2f], 1, 2, 1);
        Assert.Equal([2f, 0f, 1f], OperatorRun.Single("TensorScatter", AttributeMap.Of(("mode", "circular")), cache, update, Tensor.Vector(2L)).ToSingleArray());
        OperatorRun.Fails("TensorScatter", null, cache, update, Tensor.Vector(2L));
    }

    [Fact]
    public void ConstantOfShape_FillsFourBitsToo() =>
        Assert.Equal(
            [-3L, -3L, -3L],
            OperatorRun.Single("ConstantOfShape", AttributeMap.Of(("value", PackedInt4.Pack(DataType.Int4, new TensorShape(1), [-3]))), Tensor.Vector(3L)).ToInt64Array());
}
