using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Operators.Elementwise;

public class CastTests
{
    [Fact]
    public void FloatToInteger_CutsAndKeepsTheLowBits()
    {
        Tensor x = Tensor.Vector(-1.9f, 1.9f, 300f, -1f, float.NaN);
        Assert.Equal([-1L, 1L, 44L, -1L, 0L], Cast(x, DataType.Int8).ToInt64Array());
        Assert.Equal([255L, 1L, 44L, 255L, 0L], Cast(x, DataType.UInt8).ToInt64Array());
        Assert.Equal([-1L, 1L, 300L, -1L, 0L], Cast(x, DataType.Int64).ToInt64Array());
    }

    [Fact]
    public void IntegerToInteger_KeepsTheLowBits() => Assert.Equal([-1L, 0L], Cast(Tensor.Vector(255, 256), DataType.Int8).ToInt64Array());

    [Fact]
    public void UInt64_KeepsItsUpperHalf()
    {
        Tensor x = Tensor.Vector(ulong.MaxValue, 1UL << 63);
        Assert.Equal([(float)ulong.MaxValue, 9.223372e18f], Cast(x, DataType.Float32).ToSingleArray());
        Assert.Equal([-1L, long.MinValue], Cast(x, DataType.Int64).ToInt64Array());
        Assert.Equal([ulong.MaxValue, 1UL << 63], Cast(x, DataType.UInt64).AsSpan<ulong>().ToArray());
    }

    [Fact]
    public void ToBool_IsWhetherItDiffersFromZero() =>
        Assert.Equal([true, false, true, false], Cast(Tensor.Vector(0.1f, 0f, float.NaN, -0f), DataType.Bool).AsSpan<bool>().ToArray());

    [Fact]
    public void ToHalf_RoundsToNearestEven() => Assert.Equal([2048f, 2052f], Cast(Tensor.Vector(2049f, 2051f), DataType.Float16).ToSingleArray());

    [Fact]
    public void FourBits_GoBackAndForth()
    {
        Tensor packed = Cast(Tensor.Vector(-8, 7, -1), DataType.Int4);
        Assert.Equal([-8L, 7L, -1L], packed.ToInt64Array());
        Assert.Equal([8f, 7f, 15f], Cast(Cast(packed, DataType.UInt4), DataType.Float32).ToSingleArray());
    }

    [Fact]
    public void Strings_AreReadAndWritten()
    {
        Tensor words = Tensor.Create(["1.5", "-INF", "NaN", "1e3"], new TensorShape(4));
        Assert.Equal([1.5f, float.NegativeInfinity, float.NaN, 1000f], Cast(words, DataType.Float32).ToSingleArray());
        Assert.Equal([9007199254740993L], Cast(Tensor.Create(["9007199254740993"], new TensorShape(1)), DataType.Int64).ToInt64Array());
        Assert.Equal(["0.1", "-7"], [.. Cast(Tensor.Vector(0.1f), DataType.String).Strings, .. Cast(Tensor.Vector(-7), DataType.String).Strings]);
    }

    [Fact]
    public void StringThatIsNoNumber_IsRefused() => OperatorRun.Fails("Cast", AttributeMap.Of(("to", DataType.Float32)), Tensor.Create(["seven"], TensorShape.Scalar));

    [Theory]
    [InlineData(0)]
    [InlineData(14)]
    [InlineData(-1)]
    [InlineData(1L << 40)]
    public void UnknownType_IsRefused(long type) => OperatorRun.Fails("Cast", AttributeMap.Of(("to", type)), Tensor.Vector(1f));

    private static Tensor Cast(Tensor tensor, DataType to) => OperatorRun.Single("Cast", AttributeMap.Of(("to", to)), tensor);
}
