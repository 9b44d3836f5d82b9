using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators.Shapes;

/// <summary>Resampling in all its modes, against ONNX Runtime.</summary>
public class ResamplingTests
{
    public static TheoryData<string, string, bool> ResizeModes
    {
        get
        {
            TheoryData<string, string, bool> data = [];
            foreach (string mode in (string[])["nearest", "linear", "cubic"])
            {
                foreach (string transformation in (string[])["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "half_pixel_symmetric"])
                {
                    data.Add(mode, transformation, true);
                    data.Add(mode, transformation, false);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(ResizeModes))]
    public void Resize_AgreesWithOnnxRuntime(string mode, string transformation, bool enlarge)
    {
        Tensor x = RandomTensors.Create(new System.Random(4), DataType.Float32, 1, 2, 5, 6);
        AttributeMap attributes = AttributeMap.Of(("mode", mode), ("coordinate_transformation_mode", transformation));
        Tensor sizes = enlarge ? Tensor.Vector(1L, 2L, 8L, 13L) : Tensor.Vector(1L, 2L, 3L, 4L);
        OperatorRun.AgreesWithOnnxRuntime("Resize", attributes, 1e-4, 1e-5, x, null, null, sizes);
    }

    [Theory]
    [InlineData("floor")]
    [InlineData("ceil")]
    [InlineData("round_prefer_floor")]
    [InlineData("round_prefer_ceil")]
    public void NearestModes_AgreeWithOnnxRuntime(string nearestMode)
    {
        Tensor x = RandomTensors.Create(new System.Random(4), DataType.Float32, 1, 1, 4, 4);
        OperatorRun.AgreesWithOnnxRuntime("Resize", AttributeMap.Of(("nearest_mode", nearestMode)), 0, 0, x, null, Tensor.Vector(1f, 1f, 2f, 1.5f));
    }

    [Fact]
    public void Resize_LeavesOutWhatIsOutside_WhenAsked()
    {
        Tensor x = RandomTensors.Create(new System.Random(4), DataType.Float32, 1, 1, 4, 4);
        OperatorRun.AgreesWithOnnxRuntime("Resize", AttributeMap.Of(("mode", "cubic"), ("exclude_outside", 1), ("cubic_coeff_a", -0.5f)), 1e-4, 1e-5, x, null, Tensor.Vector(1f, 1f, 2f, 2f));
    }

    [Fact]
    public void Resize_CropsAndExtrapolates()
    {
        Tensor x = RandomTensors.Create(new System.Random(4), DataType.Float32, 1, 1, 5, 5);
        AttributeMap attributes = AttributeMap.Of(("mode", "linear"), ("coordinate_transformation_mode", "tf_crop_and_resize"), ("extrapolation_value", 7f));
        OperatorRun.AgreesWithOnnxRuntime("Resize", attributes, 1e-4, 1e-5, x, Tensor.Vector(0f, 0f, -0.2f, 0.3f, 1f, 1f, 1.2f, 0.6f), null, Tensor.Vector(1L, 1L, 4L, 3L));
    }

    [Fact]
    public void Resize_ToTheNearest_KeepsLargeIntegersExact() =>
        Assert.Equal(
            [9007199254740993L, 9007199254740993L, 5L, 5L],
            OperatorRun.Single("Resize", null, Tensor.Vector(9007199254740993L, 5L), null, Tensor.Vector(2f)).ToInt64Array());

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e30f)]
    public void Resize_ByAnAbsurdScale_IsRefused(float scale) => OperatorRun.Fails("Resize", null, Tensor.Vector(1f, 2f), null, Tensor.Vector(scale));

    [Fact]
    public void Resize_ByATinyScaleWithAntialias_StaysBounded()
    {
        // The kernel of such a scale is far wider than the input.
        AttributeMap attributes = AttributeMap.Of(("mode", "linear"), ("antialias", 1));
        Assert.Equal([2f], OperatorRun.Single("Resize", attributes, Tensor.Vector(1f, 2f, 3f), null, null, Tensor.Vector(1L)).ToSingleArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(0, OperatorRun.Single("Resize", attributes, Tensor.Vector(1f, 2f, 3f), null, Tensor.Vector(1e-30f)).ElementCount);
    }

    [Theory]
    [InlineData("linear", "zeros")]
    [InlineData("linear", "border")]
    [InlineData("linear", "reflection")]
    [InlineData("nearest", "zeros")]
    [InlineData("nearest", "border")]
    [InlineData("nearest", "reflection")]
    [InlineData("cubic", "zeros")]
    [InlineData("cubic", "border")]
    [InlineData("cubic", "reflection")]
    public void GridSample_AgreesWithOnnxRuntime(string mode, string padding)
    {
        System.Random random = new(6);
        foreach (int align in (int[])[0, 1])
        {
            Tensor x = RandomTensors.Create(random, DataType.Float32, 2, 3, 5, 4);
            Tensor grid = RandomTensors.Create(random, DataType.Float32, 2, 4, 6, 2);
            foreach (ref float place in grid.AsSpan<float>())
                place *= 1.6f;
            AttributeMap attributes = AttributeMap.Of(("mode", mode), ("padding_mode", padding), ("align_corners", align));
            OperatorRun.AgreesWithOnnxRuntime("GridSample", attributes, 1e-4, 1e-5, x, grid);
        }
    }

    [Fact]
    public void GridSample_AtNoPlace_CountsAsOutside() =>
        Assert.Equal(
            [0f, 0f],
            OperatorRun.Single("GridSample", null, Tensor.Create([1f], 1, 1, 1, 1), Tensor.Create([float.NaN, 0f, float.PositiveInfinity, 0f], 1, 1, 2, 2)).ToSingleArray());

    [Fact]
    public void RoiAlign_AgreesWithOnnxRuntime()
    {
        Tensor x = RandomTensors.Create(new System.Random(8), DataType.Float32, 2, 2, 8, 8);
        Tensor rois = Tensor.Create([0f, 0f, 7f, 5f, 1.5f, 2f, 3f, 9f, -2f, -2f, 4f, 4f], 3, 4);
        AttributeMap attributes = AttributeMap.Of(("output_height", 2), ("output_width", 3), ("spatial_scale", 0.9f));
        OperatorRun.AgreesWithOnnxRuntime("RoiAlign", attributes, 1e-4, 1e-5, x, rois, Tensor.Vector(0L, 1L, 1L));
    }

    [Fact]
    public void RoiAlign_OfAnEndlessRegion_IsRefused() =>
        OperatorRun.Fails("RoiAlign", null, new Tensor(DataType.Float32, new TensorShape(1, 1, 2, 2)), Tensor.Create([0f, 0f, 1e30f, 1f], 1, 4), Tensor.Vector(0L));

    [Fact]
    public void Col2Im_AddsWhatOverlaps() =>
        // Two blocks of two along an axis of three: the middle is in both.
        Assert.Equal([1f, 2f + 3f, 4f], OperatorRun.Single("Col2Im", null, Tensor.Create([1f, 3f, 2f, 4f], 1, 2, 2), Tensor.Vector(3L), Tensor.Vector(2L)).ToSingleArray());
}
