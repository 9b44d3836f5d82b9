using Hone.Evaluation;
using Hone.Onnx.Protobuf;
using Hone.TestKit;
using Hone.Tensors;
using static Hone.Tests.Onnx.OnnxFiles;

namespace Hone.Tests.Onnx;

/// <summary>
/// Nodes of old opsets: the file as it is, run by ONNX Runtime, which keeps the old meanings, is the oracle of the upgraded graph.
/// </summary>
public class UpgradeTests
{
    [Theory]
    [InlineData("Softmax", 0)]
    [InlineData("Softmax", 1)]
    [InlineData("Softmax", 2)]
    [InlineData("LogSoftmax", 1)]
    [InlineData("Hardmax", 1)]
    public void Softmaxes_NormalizeEverythingBehindTheAxis(string operatorName, long axis)
    {
        AssertSame(OneNode(11, operatorName, 1, 1, Int("axis", axis)));
        AssertSame(OneNode(7, operatorName, 1, 1, Int("axis", axis)));
    }

    [Fact]
    public void Softmax_DefaultAxis_IsOne() => AssertSame(OneNode(11, "Softmax", 1, 1));

    [Fact]
    public void Squeezes_TakeTheirAxesFromTheAttribute()
    {
        AssertSame(OneNode(11, "Unsqueeze", 1, 1, Ints("axes", 0, 2)));
        ModelProto squeeze = OneNode(11, "Squeeze", 1, 1, Ints("axes", 1));
        squeeze.Graph.Input[0] = FloatInput("x0", 2, 1, 4);
        AssertSame(squeeze);
    }

    [Theory]
    [InlineData("ReduceSum", 11)]
    [InlineData("ReduceMean", 13)]
    [InlineData("ReduceMax", 12)]
    [InlineData("ReduceMin", 12)]
    [InlineData("ReduceProd", 13)]
    [InlineData("ReduceL1", 13)]
    [InlineData("ReduceL2", 13)]
    [InlineData("ReduceSumSquare", 13)]
    [InlineData("ReduceLogSumExp", 13)]
    public void Reductions_TakeTheirAxesFromTheAttribute(string operatorName, long opset)
    {
        AssertSame(OneNode(opset, operatorName, 1, 1, Ints("axes", 0, -1), Int("keepdims", 0)));
        AssertSame(OneNode(opset, operatorName, 1, 1));
    }

    [Fact]
    public void Split_TakesItsSizesFromTheAttribute()
    {
        AssertSame(OneNode(11, "Split", 1, 2, Ints("split", 1, 3), Int("axis", 2)));
        AssertSame(OneNode(11, "Split", 1, 2, Int("axis", 2)));
        AssertSame(OneNode(13, "Split", 1, 3, Int("axis", 1)));
    }

    [Fact]
    public void Clip_TakesItsBoundsFromTheAttributes()
    {
        AssertSame(OneNode(7, "Clip", 1, 1, Float("min", -0.5f), Float("max", 0.25f)));
        AssertSame(OneNode(10, "Clip", 1, 1, Float("max", 0.25f)));
        AssertSame(OneNode(10, "Clip", 1, 1));
    }

    [Fact]
    public void Pad_TakesPadsAndValueFromTheAttributes()
    {
        AssertSame(OneNode(7, "Pad", 1, 1, Ints("pads", 0, 1, 2, 0, 0, 1), Float("value", 3)));
        AssertSame(OneNode(10, "Pad", 1, 1, Ints("pads", 0, 1, 2, 0, 0, 1), Text("mode", "reflect")));
    }

    [Fact]
    public void Slice_TakesItsRangeFromTheAttributes()
    {
        AssertSame(OneNode(7, "Slice", 1, 1, Ints("starts", 1, 0), Ints("ends", 3, -1), Ints("axes", 1, 2)));
        AssertSame(OneNode(9, "Slice", 1, 1, Ints("starts", 0, 1), Ints("ends", 1, 1000)));
    }

    [Fact]
    public void TopK_TakesKFromTheAttribute() => AssertSame(OneNode(9, "TopK", 1, 2, Int("k", 2), Int("axis", 1)));

    [Fact]
    public void Dropout_IsAnIdentity()
    {
        AssertSame(OneNode(7, "Dropout", 1, 1, Float("ratio", 0.9f)));
        AssertSame(OneNode(10, "Dropout", 1, 1));
    }

    [Theory]
    [InlineData("nearest")]
    [InlineData("linear")]
    public void Upsample_BecomesResize(string mode)
    {
        ModelProto old = OneNode(7, "Upsample", 1, 1, Floats("scales", 1, 1, 2, 3), Text("mode", mode));
        old.Graph.Input[0] = FloatInput("x0", 1, 2, 3, 4);
        AssertSame(old);
        ModelProto newer = OneNode(9, "Upsample", 1, 1, Text("mode", mode));
        newer.Graph.Input[0] = FloatInput("x0", 1, 2, 3, 4);
        AddScales(newer, 1);
        AssertSame(newer);
    }

    [Theory]
    [InlineData("nearest")]
    [InlineData("linear")]
    public void ResizeOfOpset10_MapsCoordinatesByDivision(string mode)
    {
        ModelProto proto = OneNode(10, "Resize", 1, 1, Text("mode", mode));
        proto.Graph.Input[0] = FloatInput("x0", 1, 2, 3, 4);
        AddScales(proto, 1);
        AssertSame(proto);
    }

    [Fact]
    public void ResizeOfOpset11_LeavesEmptyInputsOut()
    {
        ModelProto proto = OneNode(11, "Resize", 1, 1, Text("mode", "linear"), Text("coordinate_transformation_mode", "align_corners"));
        proto.Graph.Input[0] = FloatInput("x0", 1, 2, 3, 4);
        proto.Graph.Initializer.Add(new TensorProto { Name = "none", DataType = 1, Dims = { 0 } });
        proto.Graph.Node[0].Input.Add("none");
        AddScales(proto, 2);
        AssertSame(proto);
    }

    [Fact]
    public void ResizeByAModeThatLeftOnnx_IsUnsupported()
    {
        ModelProto proto = OneNode(11, "Resize", 1, 1, Text("coordinate_transformation_mode", "tf_half_pixel_for_nn"));
        Assert.Contains("tf_half_pixel_for_nn", Assert.Single(Assert.Throws<UnsupportedOperatorException>(() => Load(proto)).Missing).Reason);
    }

    [Fact]
    public void Scatter_IsScatterElements()
    {
        ModelProto proto = OneNode(9, "Scatter", 1, 1, Int("axis", 1));
        proto.Graph.Initializer.Add(new TensorProto { Name = "indices", DataType = 7, Dims = { 2, 1, 2 }, Int64Data = { 2, 0, 1, 1 } });
        proto.Graph.Initializer.Add(new TensorProto { Name = "updates", DataType = 1, Dims = { 2, 1, 2 }, FloatData = { 5, 6, 7, 8 } });
        proto.Graph.Node[0].Input.Add(["indices", "updates"]);
        AssertSame(proto);
    }

    [Fact]
    public void GroupNormalizationOfOpset18_RepeatsItsParametersPerChannel()
    {
        ModelProto proto = OneNode(18, "GroupNormalization", 1, 1, Int("num_groups", 2));
        proto.Graph.Input[0] = FloatInput("x0", 2, 4, 3);
        proto.Graph.Initializer.Add(new TensorProto { Name = "scale", DataType = 1, Dims = { 2 }, FloatData = { 2, 3 } });
        proto.Graph.Initializer.Add(new TensorProto { Name = "bias", DataType = 1, Dims = { 2 }, FloatData = { 0.5f, -1 } });
        proto.Graph.Node[0].Input.Add(["scale", "bias"]);
        AssertSame(proto);
    }

    [Fact]
    public void BatchNormalization_LosesItsTrainingOutputs()
    {
        ModelProto proto = OneNode(7, "BatchNormalization", 1, 1, Int("spatial", 1));
        foreach (string name in new[] { "scale", "bias", "mean", "var" })
        {
            proto.Graph.Initializer.Add(new TensorProto { Name = name, DataType = 1, Dims = { 3 }, FloatData = { 1, 2, 3 } });
            proto.Graph.Node[0].Input.Add(name);
        }

        AssertSame(proto);
        proto.Graph.Node[0].Attribute[0].I = 0;
        Assert.Contains("spatial", Assert.Throws<UnsupportedOperatorException>(() => Load(proto)).Message);
    }

    [Theory]
    [InlineData("bilinear")]
    [InlineData("bicubic")]
    public void GridSampleOfOpset16_HasOtherNamesForItsModes(string mode)
    {
        ModelProto proto = OneNode(16, "GridSample", 2, 1, Text("mode", mode));
        proto.Graph.Input[0] = FloatInput("x0", 1, 2, 4, 4);
        proto.Graph.Input[1] = FloatInput("x1", 1, 3, 3, 2);
        AssertSame(proto);
    }

    [Fact]
    public void DftOfOpset17_TakesItsAxisFromTheAttribute()
    {
        ModelProto proto = OneNode(17, "DFT", 1, 1);
        proto.Graph.Input[0] = FloatInput("x0", 2, 6, 3, 1);
        AssertSame(proto);
    }

    private static void AddScales(ModelProto proto, int input)
    {
        proto.Graph.Initializer.Add(new TensorProto { Name = "scales", DataType = 1, Dims = { 4 }, FloatData = { 1, 1, 2, 3 } });
        Assert.Equal(input, proto.Graph.Node[0].Input.Count);
        proto.Graph.Node[0].Input.Add("scales");
    }

    /// <summary>The upgraded graph, and its export, give what ONNX Runtime gives for the file as it is.</summary>
    private static void AssertSame(ModelProto proto)
    {
        // ONNX Runtime wants a type for every output; it replaces what is wrong by what it infers.
        foreach (ValueInfoProto output in proto.Graph.Output)
            output.Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = OutputType(proto, output) } };
        Model model = Load(proto);
        Dictionary<string, Tensor> feeds = RandomTensors.FeedsOf(model.Graph);
        using OnnxRuntimeSession original = new(Google.Protobuf.MessageExtensions.ToByteArray(proto));
        using OnnxRuntimeSession exported = OnnxRuntimeSession.Of(model);
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(model.Graph, model.Graph.Outputs);
        IReadOnlyList<Tensor> expected = original.Run(feeds);
        IReadOnlyList<Tensor> evaluated = runner.Run(feeds);
        IReadOnlyList<Tensor> again = exported.Run(feeds);
        for (int i = 0; i < expected.Count; i++)
        {
            TensorAssert.Close(expected[i], evaluated[i], 1e-4, 1e-5, "evaluated");
            TensorAssert.Close(expected[i], again[i], 1e-4, 1e-5, "exported");
        }
    }

    private static int OutputType(ModelProto proto, ValueInfoProto output) =>
        proto.Graph.Node[0].OpType == "TopK" && output.Name == "y1" ? (int)DataType.Int64 : (int)DataType.Float32;
}
