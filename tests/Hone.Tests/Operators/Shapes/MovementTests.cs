using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Operators.Shapes;

public class MovementTests
{
    private static readonly Tensor s_numbers = Tensor.Create([1, 2, 3, 4, 5, 6], 2, 3);

    [Fact]
    public void Transpose_MovesEveryWidth()
    {
        Assert.Equal([1L, 4L, 2L, 5L, 3L, 6L], OperatorRun.Single("Transpose", null, s_numbers).ToInt64Array());
        foreach (DataType type in (DataType[])[DataType.Int4, DataType.UInt4, DataType.Int8, DataType.Float16, DataType.BFloat16, DataType.Float64, DataType.UInt64, DataType.String])
        {
            AttributeMap to = AttributeMap.Of(("to", type));
            AttributeMap back = AttributeMap.Of(("to", DataType.Int64));
            Tensor moved = OperatorRun.Single("Transpose", null, OperatorRun.Single("Cast", to, s_numbers));
            Assert.Equal(type, moved.DataType);
            Assert.Equal([1L, 4L, 2L, 5L, 3L, 6L], OperatorRun.Single("Cast", back, moved).ToInt64Array());
        }
    }

    [Theory]
    [InlineData(-1, long.MinValue, -1, new long[] { 3, 2, 1, 6, 5, 4 })]
    [InlineData(-1, -3, -1, new long[] { 3, 2, 6, 5 })]
    [InlineData(100, 0, -2, new long[] { 3, 6 })]
    [InlineData(0, 2, long.MaxValue, new long[] { 1, 4 })]
    [InlineData(0, 3, 2, new long[] { 1, 3, 4, 6 })]
    [InlineData(2, 1, 1, new long[] { })]
    [InlineData(long.MinValue, long.MaxValue, long.MinValue, new long[] { })]
    public void Slice_TakesAnyRange(long start, long end, long step, long[] expected) =>
        Assert.Equal(
            expected,
            OperatorRun.Single("Slice", null, s_numbers, Tensor.Vector(start), Tensor.Vector(end), Tensor.Vector(1L), Tensor.Vector(step)).ToInt64Array());

    [Fact]
    public void Slice_WithStepZeroOrAnAxisTwice_IsRefused()
    {
        OperatorRun.Fails("Slice", null, s_numbers, Tensor.Vector(0L), Tensor.Vector(1L), Tensor.Vector(0L), Tensor.Vector(0L));
        OperatorRun.Fails("Slice", null, s_numbers, Tensor.Vector(0L, 0L), Tensor.Vector(1L, 1L), Tensor.Vector(0L, -2L));
    }

    [Theory]
    [InlineData("reflect", new long[] { 3, 2, 1, 2, 3, 2, 1, 2, 3, 2 })]
    [InlineData("edge", new long[] { 1, 1, 1, 2, 3, 3, 3, 3, 3, 3 })]
    [InlineData("wrap", new long[] { 2, 3, 1, 2, 3, 1, 2, 3, 1, 2 })]
    [InlineData("constant", new long[] { 9, 9, 1, 2, 3, 9, 9, 9, 9, 9 })]
    public void Pad_BeyondTheInputsLength_GoesOn(string mode, long[] expected) =>
        Assert.Equal(
            expected,
            OperatorRun.Single("Pad", AttributeMap.Of(("mode", mode)), Tensor.Vector(1, 2, 3), Tensor.Vector(2L, 5L), Tensor.Scalar(9)).ToInt64Array());

    [Theory]
    [InlineData("constant")]
    [InlineData("edge")]
    [InlineData("reflect")]
    public void Pad_ByNegativeCounts_Crops(string mode) =>
        Assert.Equal([2L], OperatorRun.Single("Pad", AttributeMap.Of(("mode", mode)), Tensor.Vector(1, 2, 3), Tensor.Vector(-1L, -1L)).ToInt64Array());

    [Fact]
    public void Pad_AlongSomeAxes_LeavesTheOthers() =>
        Assert.Equal(
            [0L, 1L, 2L, 3L, 0L, 4L, 5L, 6L],
            OperatorRun.Single("Pad", null, s_numbers, Tensor.Vector(1L, 0L), null, Tensor.Vector(-1L)).ToInt64Array());

    [Fact]
    public void Tile_RepeatsEveryAxis() =>
        Assert.Equal([1L, 2L, 1L, 2L, 3L, 4L, 3L, 4L, 1L, 2L, 1L, 2L, 3L, 4L, 3L, 4L], OperatorRun.Single("Tile", null, Tensor.Create([1, 2, 3, 4], 2, 2), Tensor.Vector(2L, 2L)).ToInt64Array());

    [Fact]
    public void Split_IntoUnequalParts_GivesTheLastTheRest()
    {
        IReadOnlyList<Tensor> parts = OperatorRun.Outputs("Split", 3, AttributeMap.Of(("num_outputs", 3)), Tensor.Vector(1, 2, 3, 4, 5, 6, 7));
        Assert.Equal([[1L, 2L, 3L], [4L, 5L, 6L], [7L]], parts.Select(p => p.ToInt64Array()));
    }

    [Fact]
    public void Concat_OfShapesThatDiffer_IsRefused() =>
        OperatorRun.Fails("Concat", AttributeMap.Of(("axis", 0)), s_numbers, Tensor.Create([1, 2], 1, 2));

    [Fact]
    public void Reshape_KeepsAnEmptyTensorEmpty()
    {
        Tensor empty = new(DataType.Float32, new TensorShape(0, 3));
        Assert.Equal(new TensorShape(3, 0), OperatorRun.Single("Reshape", AttributeMap.Of(("allowzero", 1)), empty, Tensor.Vector(3L, 0L)).Shape);
        Assert.Equal(new TensorShape(0, 3, 5), OperatorRun.Single("Reshape", null, empty, Tensor.Vector(0L, 0L, 5L)).Shape);
    }

    [Fact]
    public void Trilu_TakesFarDiagonals()
    {
        Assert.Equal(new long[6], OperatorRun.Single("Trilu", null, s_numbers, Tensor.Scalar(long.MaxValue)).ToInt64Array());
        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L], OperatorRun.Single("Trilu", null, s_numbers, Tensor.Scalar(long.MinValue)).ToInt64Array());
        Assert.Equal([1L, 0L, 0L, 4L, 5L, 0L], OperatorRun.Single("Trilu", AttributeMap.Of(("upper", 0)), s_numbers).ToInt64Array());
    }
}
