using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Operators;

/// <summary>A few bytes of a model can ask for more memory than there is; the answer is an error of this library, at once.</summary>
public class HostileSizeTests
{
    private static readonly Tensor s_one = Tensor.Vector(1f);

    [Theory]
    [InlineData(1L << 31)]
    [InlineData(1L << 62)]
    [InlineData(long.MaxValue)]
    public void OneHugeDimension_IsRefused(long size)
    {
        OperatorRun.Fails("ConstantOfShape", null, Tensor.Vector(size));
        OperatorRun.Fails("ConstantOfShape", null, Tensor.Vector(0L, size));
        OperatorRun.Fails("Expand", null, s_one, Tensor.Vector(size));
        OperatorRun.Fails("Tile", null, s_one, Tensor.Vector(size));
        OperatorRun.Fails("Pad", null, s_one, Tensor.Vector(0L, size));
        OperatorRun.Fails("Pad", null, s_one, Tensor.Vector(size, size));
        OperatorRun.Fails("Range", null, Tensor.Scalar(0L), Tensor.Scalar(size), Tensor.Scalar(1L));
        OperatorRun.Fails("OneHot", null, Tensor.Vector(0L), Tensor.Scalar(size), Tensor.Vector(0f, 1f));
        OperatorRun.Fails("Resize", null, s_one, null, null, Tensor.Vector(size));
        OperatorRun.Fails("CenterCropPad", null, s_one, Tensor.Vector(size));
        OperatorRun.Fails("RandomNormal", AttributeMap.Of(("shape", new[] { size })));
        OperatorRun.Fails("Reshape", null, s_one, Tensor.Vector(size, size, -1L));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void NegativeDimensions_AreRefused(long size)
    {
        OperatorRun.Fails("ConstantOfShape", null, Tensor.Vector(size));
        OperatorRun.Fails("Expand", null, s_one, Tensor.Vector(size));
        OperatorRun.Fails("Tile", null, s_one, Tensor.Vector(size));
        OperatorRun.Fails("Pad", null, s_one, Tensor.Vector(size, size));
        OperatorRun.Fails("OneHot", null, Tensor.Vector(0L), Tensor.Scalar(size), Tensor.Vector(0f, 1f));
        OperatorRun.Fails("Resize", null, s_one, null, null, Tensor.Vector(size));
        OperatorRun.Fails("DepthToSpace", AttributeMap.Of(("blocksize", size)), new Tensor(DataType.Float32, new TensorShape(1, 4, 1, 1)));
    }

    [Fact]
    public void ManyModerateDimensions_AreRefused() => OperatorRun.Fails("ConstantOfShape", null, Tensor.Vector(50000L, 50000L));
}
