using Google.Protobuf;
using Hone.Onnx.Protobuf;
using Hone.Tensors;

namespace Hone.Tests.Onnx;

public class TensorImportTests
{
    [Fact]
    public void TypedFields_HoldNarrowTypesInWiderOnes()
    {
        AssertElements<sbyte>(DataType.Int8, t => t.Int32Data.Add([-1, 127]), -1, 127);
        AssertElements<byte>(DataType.UInt8, t => t.Int32Data.Add([0, 255]), 0, 255);
        AssertElements<short>(DataType.Int16, t => t.Int32Data.Add([-300, 300]), -300, 300);
        AssertElements<ushort>(DataType.UInt16, t => t.Int32Data.Add([1, 65535]), 1, 65535);
        AssertElements(DataType.Int32, t => t.Int32Data.Add([-5, 5]), -5, 5);
        AssertElements<long>(DataType.Int64, t => t.Int64Data.Add([-5, 5]), -5, 5);
        AssertElements<uint>(DataType.UInt32, t => t.Uint64Data.Add([0, 4294967295]), 0, 4294967295);
        AssertElements<ulong>(DataType.UInt64, t => t.Uint64Data.Add([0, ulong.MaxValue]), 0, ulong.MaxValue);
        AssertElements(DataType.Bool, t => t.Int32Data.Add([1, 0]), true, false);
        AssertElements(DataType.Float32, t => t.FloatData.Add([0.5f, -2f]), 0.5f, -2f);
        AssertElements(DataType.Float64, t => t.DoubleData.Add([0.5, -2]), 0.5, -2.0);
        AssertElements(DataType.Float16, t => t.Int32Data.Add([0x3C00, 0xC000]), (Half)1, (Half)(-2));
        AssertElements(DataType.BFloat16, t => t.Int32Data.Add([0x3F80, 0xC000]), (BFloat16)1f, (BFloat16)(-2f));
    }

    [Fact]
    public void FourBitTypes_AreTwoToAByte()
    {
        TensorProto proto = OnnxFiles.TensorOf(DataType.Int4, 3);
        proto.Int32Data.Add([0x7F, 0x08]);
        Assert.Equal([-1, 7, -8], PackedInt4.Unpack(OnnxFiles.LoadInitializer(proto)));
    }

    [Fact]
    public void Strings_AreText()
    {
        TensorProto proto = OnnxFiles.TensorOf(DataType.String, 2);
        proto.StringData.Add([ByteString.CopyFromUtf8("a"), ByteString.CopyFromUtf8("ß")]);
        Assert.Equal(["a", "ß"], OnnxFiles.LoadInitializer(proto).Strings.ToArray());
    }

    [Fact]
    public void RawBooleans_OtherThanZeroAndOne_AreTrue()
    {
        TensorProto proto = OnnxFiles.TensorOf(DataType.Bool, 2);
        proto.RawData = ByteString.CopyFrom(7, 0);
        Assert.Equal([1, 0], OnnxFiles.LoadInitializer(proto).Bytes.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SparseInitializers_BecomeDense(bool coordinates)
    {
        SparseTensorProto sparse = new() { Values = OnnxFiles.TensorOf(DataType.Float32, 2), Indices = OnnxFiles.TensorOf(DataType.Int64, coordinates ? [2, 2] : [2]) };
        sparse.Dims.Add([2, 3]);
        sparse.Values.FloatData.Add([5f, 7f]);
        sparse.Indices.Int64Data.Add(coordinates ? [0, 2, 1, 0] : [2L, 3]);
        ModelProto proto = OnnxFiles.Empty();
        proto.Graph.SparseInitializer.Add(sparse);
        Tensor dense = OnnxFiles.Load(proto).Graph.FindValue("c")!.Constant!;
        Assert.Equal(new TensorShape(2, 3), dense.Shape);
        Assert.Equal([0f, 0, 5, 7, 0, 0], dense.AsSpan<float>().ToArray());
    }

    public static TheoryData<string, object> BrokenTensors
    {
        get
        {
            TheoryData<string, object> data = [];
            Add("negative dimension", OnnxFiles.TensorOf(DataType.Float32, -1), _ => { });
            Add("overflowing dimensions", OnnxFiles.TensorOf(DataType.Float32, long.MaxValue, long.MaxValue), _ => { });
            Add("overflowing bytes", OnnxFiles.TensorOf(DataType.Float64, long.MaxValue), t => t.RawData = ByteString.CopyFrom(1));
            Add("terabytes without data", OnnxFiles.TensorOf(DataType.Float32, 1L << 40), _ => { });
            Add("terabytes with a few raw bytes", OnnxFiles.TensorOf(DataType.Float32, 1L << 40), t => t.RawData = ByteString.CopyFrom(1, 2, 3, 4));
            Add("raw data too short", OnnxFiles.TensorOf(DataType.Float32, 2), t => t.RawData = ByteString.CopyFrom(1, 2, 3, 4));
            Add("raw data too long", OnnxFiles.TensorOf(DataType.UInt8, 2), t => t.RawData = ByteString.CopyFrom(1, 2, 3, 4));
            Add("too few typed numbers", OnnxFiles.TensorOf(DataType.Int64, 2), t => t.Int64Data.Add(1));
            Add("too few strings", OnnxFiles.TensorOf(DataType.String, 2), t => t.StringData.Add(ByteString.Empty));
            Add("segment", OnnxFiles.TensorOf(DataType.Float32, 0), t => t.Segment = new TensorProto.Types.Segment());
            return data;

            void Add(string what, TensorProto proto, Action<TensorProto> fill)
            {
                fill(proto);
                data.Add(what, proto);
            }
        }
    }

    [Theory]
    [MemberData(nameof(BrokenTensors))]
    public void BrokenTensor_IsAFormatError(string what, object tensor)
    {
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => OnnxFiles.LoadInitializer((TensorProto)tensor));
        Assert.True(error.Message.Contains("'c'", StringComparison.Ordinal), $"{what}: {error.Message}");
    }

    [Theory]
    [InlineData(6L, 1L << 50)]
    [InlineData(-1L, 3L)]
    [InlineData(3L, 3L)]
    public void BrokenSparseTensor_IsAFormatError(long index, long size)
    {
        SparseTensorProto sparse = new() { Values = OnnxFiles.TensorOf(DataType.Float32, 1), Indices = OnnxFiles.TensorOf(DataType.Int64, 1) };
        sparse.Dims.Add(size);
        sparse.Values.FloatData.Add(1f);
        sparse.Indices.Int64Data.Add(index);
        ModelProto proto = OnnxFiles.Empty();
        proto.Graph.SparseInitializer.Add(sparse);
        Assert.Throws<ModelFormatException>(() => OnnxFiles.Load(proto));
    }

    private static void AssertElements<T>(DataType dataType, Action<TensorProto> fill, params T[] expected)
        where T : unmanaged
    {
        TensorProto proto = OnnxFiles.TensorOf(dataType, expected.Length);
        fill(proto);
        Assert.Equal(expected, OnnxFiles.LoadInitializer(proto).AsSpan<T>().ToArray());
    }
}
