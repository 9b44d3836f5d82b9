using Hone.Tensors;

namespace Hone.Tests.Tensors;

public class TensorTests
{
    [Fact]
    public void Constructor_AnyNumericType_IsZeroedAndAligned()
    {
        foreach (DataType type in Enum.GetValues<DataType>().Where(t => t.BitWidth() > 0))
        {
            using Tensor tensor = new(type, new TensorShape(3, 5));
            Assert.Equal(0, tensor.Pointer % 64);
            Assert.Equal(type.ByteCount(15), tensor.Bytes.Length);
            Assert.All(tensor.Bytes.ToArray(), b => Assert.Equal(0, b));
        }
    }

    [Fact]
    public void AsSpan_OtherElementType_NamesBothTypes()
    {
        using Tensor tensor = Tensor.Vector(1f, 2f);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => tensor.AsSpan<int>());
        Assert.Contains("float32", error.Message);
        Assert.Contains("int32", error.Message);
    }

    [Fact]
    public void Reshape_SharesMemory_AndOutlivesItsSource()
    {
        Tensor source = Tensor.Create([1, 2, 3, 4, 5, 6], 2, 3);
        using Tensor view = source.Reshape(new TensorShape(3, 2));
        source.AsSpan<int>()[5] = 60;
        source.Dispose();
        Assert.Equal(60, view.AsSpan<int>()[5]);
        Assert.Throws<ObjectDisposedException>(() => source.Pointer);
    }

    [Fact]
    public void Reshape_OtherElementCount_Throws()
    {
        using Tensor tensor = Tensor.Vector(1f, 2f, 3f);
        Assert.Throws<ArgumentException>(() => tensor.Reshape(new TensorShape(2, 2)));
    }

    [Fact]
    public void Dispose_Twice_IsHarmless()
    {
        Tensor tensor = Tensor.Scalar(1f);
        using Tensor view = tensor.Reshape(new TensorShape(1));
        tensor.Dispose();
        tensor.Dispose();
        Assert.Equal(1f, view.Item<float>());
    }

    [Fact]
    public void Clone_IsIndependent()
    {
        using Tensor source = Tensor.Vector(1f, 2f);
        using Tensor copy = source.Clone();
        source.AsSpan<float>()[0] = 9;
        Assert.Equal([1f, 2f], copy.AsSpan<float>().ToArray());
    }

    [Fact]
    public void FromBytes_WrongLength_Throws() =>
        Assert.Throws<ArgumentException>(() => Tensor.FromBytes(DataType.Float32, new TensorShape(2), new byte[7]));

    [Fact]
    public void Create_WrongElementCount_Throws() => Assert.Throws<ArgumentException>(() => Tensor.Create([1f, 2f, 3f], 2, 2));

    [Fact]
    public void Strings_AreStoredAndCompared()
    {
        using Tensor left = Tensor.Create(["a", "b"], new TensorShape(2));
        using Tensor right = Tensor.Create(["a", "b"], new TensorShape(2));
        Assert.True(left.BitwiseEquals(right));
        Assert.Throws<InvalidOperationException>(() => left.Bytes.Length);
    }

    [Theory]
    [InlineData(DataType.Int4, new sbyte[] { -8, 7, -1, 3, 0 })]
    [InlineData(DataType.UInt4, new sbyte[] { 15, 0, 7, 8, 1 })]
    public void PackedInt4_RoundTrips(DataType type, sbyte[] elements)
    {
        using Tensor packed = PackedInt4.Pack(type, new TensorShape(elements.Length), elements);
        Assert.Equal(3, packed.Bytes.Length);
        Assert.Equal(elements, PackedInt4.Unpack(packed));
        Assert.Equal(elements.Select(e => (long)e), packed.ToInt64Array());
    }

    [Fact]
    public void PackedInt4_FirstElement_IsInTheLowNibble()
    {
        using Tensor packed = PackedInt4.Pack(DataType.UInt4, new TensorShape(3), [1, 2, 3]);
        Assert.Equal([0x21, 0x03], packed.Bytes.ToArray());
    }

    [Theory]
    [InlineData(1f, 0x3F80)]
    [InlineData(1.00390625f, 0x3F80)] // a tie: to even
    [InlineData(1.01171875f, 0x3F82)] // a tie: to even
    [InlineData(float.MaxValue, 0x7F80)] // rounds to infinity
    [InlineData(float.PositiveInfinity, 0x7F80)]
    public void BFloat16_RoundsToNearestEven(float value, int bits) => Assert.Equal(bits, ((BFloat16)value).Bits);

    [Fact]
    public void BFloat16_NaN_StaysNaN()
    {
        float loud = BitConverter.UInt32BitsToSingle(0x7F800001);
        Assert.True(float.IsNaN((BFloat16)loud));
    }
}
