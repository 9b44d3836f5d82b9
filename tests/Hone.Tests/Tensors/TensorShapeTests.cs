using Hone.Tensors;

namespace Hone.Tests.Tensors;

public class TensorShapeTests
{
    [Fact]
    public void ElementCount_Overflow_Throws() => Assert.Throws<OverflowException>(() => new TensorShape(1L << 40, 1L << 40));

    [Fact]
    public void NegativeDimension_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new TensorShape(2, -1));

    [Fact]
    public void Strides_AreRowMajor() => Assert.Equal([12, 4, 1], new TensorShape(2, 3, 4).Strides());

    [Theory]
    [InlineData(new long[] { 2, 1, 4 }, new long[] { 3, 1 }, new long[] { 2, 3, 4 })]
    [InlineData(new long[0], new long[] { 5 }, new long[] { 5 })]
    [InlineData(new long[] { 1 }, new long[] { 0 }, new long[] { 0 })]
    public void TryBroadcast_Fits(long[] left, long[] right, long[] expected) =>
        Assert.Equal(new TensorShape(expected), TensorShape.TryBroadcast(new TensorShape(left), new TensorShape(right)));

    [Fact]
    public void TryBroadcast_DoesNotFit_IsNull() => Assert.Null(TensorShape.TryBroadcast(new TensorShape(2, 3), new TensorShape(2, 4)));

    [Fact]
    public void Equality_IsByValue()
    {
        Assert.Equal(new TensorShape(1, 2), new TensorShape(1, 2));
        Assert.Equal(new TensorShape(1, 2).GetHashCode(), new TensorShape(1, 2).GetHashCode());
        Assert.NotEqual(new TensorShape(1, 2), new TensorShape(2, 1));
    }
}
