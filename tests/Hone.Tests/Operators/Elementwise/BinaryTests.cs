using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Operators.Elementwise;

public class BinaryTests
{
    [Fact]
    public void Add_OfSmallIntegers_WrapsAround() =>
        Assert.Equal([-128L, 127L], OperatorRun.Single("Add", null, Tensor.Vector<sbyte>(127, -128), Tensor.Vector<sbyte>(1, -1)).ToInt64Array());

    [Fact]
    public void Div_OfIntegers_CutsTowardsZeroAndWrapsAround() =>
        Assert.Equal(
            [-3L, 3L, int.MinValue],
            OperatorRun.Single("Div", null, Tensor.Vector(-7, -7, int.MinValue), Tensor.Vector(2, -2, -1)).ToInt64Array());

    [Theory]
    [InlineData("Div")]
    [InlineData("Mod")]
    public void DivisionOfIntegersByZero_IsRefused(string name) => OperatorRun.Fails(name, null, Tensor.Vector(1), Tensor.Vector(0));

    [Fact]
    public void Mod_FollowsTheSignThatFmodSays()
    {
        Tensor a = Tensor.Vector(-7, 7, -7, int.MinValue);
        Tensor b = Tensor.Vector(3, -3, -3, -1);
        Assert.Equal([2L, -2L, -1L, 0L], OperatorRun.Single("Mod", null, a, b).ToInt64Array());
        Assert.Equal([-1L, 1L, -1L, 0L], OperatorRun.Single("Mod", AttributeMap.Of(("fmod", 1)), a, b).ToInt64Array());
    }

    [Fact]
    public void Pow_OfIntegers_IsExact() =>
        Assert.Equal([4052555153018976267L, 1L, -27L], OperatorRun.Single("Pow", null, Tensor.Vector(3L, 5L, -3L), Tensor.Vector(39, 0, 3)).ToInt64Array());

    [Fact]
    public void Pow_TakesAnExponentOfAnotherType() =>
        Assert.Equal([3f, 0.5f], OperatorRun.Single("Pow", null, Tensor.Vector(9f, 2f), Tensor.Vector(0.5, -1.0)).ToSingleArray());

    [Fact]
    public void Sum_OfHalves_RoundsOnce() =>
        // 2048 + 1 is 2048 in float16; the sum of all three is not.
        Assert.Equal((Half)2050, OperatorRun.Single("Sum", null, Tensor.Scalar((Half)2048), Tensor.Scalar((Half)1), Tensor.Scalar((Half)1)).Item<Half>());

    [Fact]
    public void Add_OfBFloat16_RoundsToNearestEven() =>
        Assert.Equal((BFloat16)258f, OperatorRun.Single("Add", null, Tensor.Scalar((BFloat16)256f), Tensor.Scalar((BFloat16)1.5f)).Item<BFloat16>());

    [Fact]
    public void Broadcast_RepeatsBothSides() =>
        Assert.Equal(
            [11f, 21f, 12f, 22f, 13f, 23f],
            OperatorRun.Single("Add", null, Tensor.Create([1f, 2f, 3f], 3, 1), Tensor.Create([10f, 20f], 1, 2)).ToSingleArray());

    [Fact]
    public void Broadcast_WithAnEmptySide_IsEmpty() =>
        Assert.Equal(new TensorShape(0, 2), OperatorRun.Single("Mul", null, Tensor.Create<float>([], 0, 1), Tensor.Create([1f, 2f], 1, 2)).Shape);

    [Theory]
    [InlineData("Add")]
    [InlineData("Less")]
    [InlineData("Max")]
    public void ShapesThatDoNotFit_AreRefused(string name) => OperatorRun.Fails(name, null, Tensor.Vector(1f, 2f), Tensor.Vector(1f, 2f, 3f));

    [Fact]
    public void TypesThatDiffer_AreRefused() => OperatorRun.Fails("Add", null, Tensor.Vector(1f), Tensor.Vector(1));

    [Fact]
    public void Max_TakesNaN() =>
        Assert.True(float.IsNaN(OperatorRun.Single("Max", null, Tensor.Scalar(1f), Tensor.Scalar(float.NaN), Tensor.Scalar(2f)).Item<float>()));

    [Fact]
    public void BitShift_ByTheWidthOrMore_GivesZero()
    {
        AttributeMap left = AttributeMap.Of(("direction", "LEFT"));
        Assert.Equal([0L, 254L, 0L], OperatorRun.Single("BitShift", left, Tensor.Vector<byte>(255, 255, 255), Tensor.Vector<byte>(8, 1, 255)).ToInt64Array());
        OperatorRun.Fails("BitShift", AttributeMap.Of(("direction", "UP")), Tensor.Vector<byte>(1), Tensor.Vector<byte>(1));
    }

    [Fact]
    public void Equal_ComparesStringsAndBooleans()
    {
        Tensor words = Tensor.Create(["a", "b"], new TensorShape(2));
        Assert.Equal([true, false], OperatorRun.Single("Equal", null, words, Tensor.Create(["a"], TensorShape.Scalar)).AsSpan<bool>().ToArray());
        Assert.Equal([false, true], OperatorRun.Single("Equal", null, Tensor.Vector(true, false), Tensor.Scalar(false)).AsSpan<bool>().ToArray());
    }

    [Fact]
    public void Where_MovesAnyType()
    {
        Tensor condition = Tensor.Create([true, false], 2, 1);
        Tensor words = OperatorRun.Single("Where", null, condition, Tensor.Create(["x"], TensorShape.Scalar), Tensor.Create(["p", "q"], new TensorShape(2)));
        Assert.Equal(["x", "x", "p", "q"], words.Strings.ToArray());
        Tensor halves = OperatorRun.Single("Where", null, condition, Tensor.Vector((Half)1, (Half)2), Tensor.Scalar((Half)9));
        Assert.Equal([1f, 2f, 9f, 9f], halves.ToSingleArray());
    }

    [Fact]
    public void PRelu_BroadcastsItsSlope() =>
        Assert.Equal([-1f, 2f, -30f, 4f], OperatorRun.Single("PRelu", null, Tensor.Create([-1f, 2f, -3f, 4f], 2, 2), Tensor.Create([1f, 10f], 2, 1)).ToSingleArray());
}
