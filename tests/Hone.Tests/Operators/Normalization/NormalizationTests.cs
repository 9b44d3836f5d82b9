using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators.Normalization;

/// <summary>The expected numbers are PyTorch's, where nothing else is said.</summary>
public class NormalizationTests
{
    private static readonly Tensor s_scale = Tensor.Vector(1f, 2, 3, 4);

    private static readonly Tensor s_bias = Tensor.Vector(0f, 1, 0, 1);

    [Fact]
    public void BatchNormalization_Training_GivesBatchAndRunningStatistics()
    {
        IReadOnlyList<Tensor> outputs = new OperatorCase(
            "BatchNormalization", RandomTensors.Integers(3, 2, 2), Tensor.Vector(1f, 1), Tensor.Vector(0f, 0), Tensor.Vector(0f, 0), Tensor.Vector(1f, 1))
        { Attributes = AttributeMap.Of(("training_mode", 1), ("momentum", 0.9f)), OutputCount = 3 }.Evaluate();
        float[] expected =
        [
            -1.286534309f, 0.964900732f, -0.630592346f, 1.406705975f, 0.643267154f, -0.643267154f, 1.115663409f, -0.048507105f, -0.964900732f, 1.286534309f, -0.339549720f, -1.503720283f,
        ];
        TensorAssert.Close(Tensor.Create(expected, 3, 2, 2), outputs[0], 1e-5, 1e-6);
        TensorAssert.Close(Tensor.Vector(-0.1f, 0.0166666675f), outputs[1], 1e-5, 1e-7);
        // PyTorch's running variance divides by n - 1, ONNX's by n: 0.9 + 0.1 · (9.6666667, 11.8055556).
        TensorAssert.Close(Tensor.Vector(1.8666667f, 2.0805556f), outputs[2], 1e-6, 0);
    }

    [Fact]
    public void GroupNormalization_GivesPyTorchsNumbers()
    {
        Tensor y = new OperatorCase("GroupNormalization", RandomTensors.Integers(1, 4, 2), s_scale, s_bias) { Attributes = AttributeMap.Of(("num_groups", 2)) }.EvaluateOne();
        float[] expected = [-1.313063979f, 0.525225580f, -0.050451159f, 3.626127958f, 0.599999547f, -4.199996471f, 6.599995136f, 0.200000763f];
        TensorAssert.Close(Tensor.Create(expected, 1, 4, 2), y, 1e-5, 1e-6);
    }

    [Fact]
    public void LayerNormalization_GivesPyTorchsNumbers()
    {
        Tensor y = new OperatorCase("LayerNormalization", RandomTensors.Integers(2, 4), s_scale, s_bias).EvaluateOne();
        float[] expected = [-1.313063979f, 2.050451279f, -1.575676680f, 6.252255917f, 0.199999839f, -1.799997568f, 4.199996471f, 0.200000763f];
        TensorAssert.Close(Tensor.Create(expected, 2, 4), y, 1e-5, 1e-6);
    }

    [Fact]
    public void Lrn_GivesPyTorchsNumbers()
    {
        Tensor y = new OperatorCase("LRN", RandomTensors.Integers(1, 4, 2)) { Attributes = AttributeMap.Of(("size", 3), ("alpha", 0.3f), ("beta", 0.5f), ("bias", 2f)) }.EvaluateOne();
        float[] expected = [-2.25876975f, 0.903507888f, -0.89442718f, 2.076136827f, 0.493864745f, -1.290994406f, 2.079500914f, 0];
        TensorAssert.Close(Tensor.Create(expected, 1, 4, 2), y, 1e-5, 1e-6);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1)]
    public void LayerNormalization_AllOutputs_AgreeWithOnnxRuntime(int axis)
    {
        long[] scale = axis == 1 ? [3, 4, 5] : axis == 2 ? [4, 5] : [5];
        new OperatorCase("LayerNormalization", RandomTensors.Integers(2, 3, 4, 5), RandomTensors.Integers(scale), RandomTensors.Integers(scale))
        { Attributes = AttributeMap.Of(("axis", axis), ("epsilon", 1e-3f)), OutputCount = 3 }.AgreesWithOnnxRuntime();
    }

    [Theory]
    [InlineData("InstanceNormalization")]
    [InlineData("MeanVarianceNormalization")]
    public void PlaneStatistics_AgreeWithOnnxRuntime(string name)
    {
        Tensor x = RandomTensors.Integers(2, 4, 3, 5);
        new OperatorCase(name, name == "InstanceNormalization" ? [x, s_scale, s_bias] : [x]).AgreesWithOnnxRuntime(absolute: 1e-4);
    }

    [Theory]
    [InlineData(1, -1)]
    [InlineData(2, 1)]
    public void LpNormalization_AgreesWithOnnxRuntime(int p, int axis) =>
        new OperatorCase("LpNormalization", RandomTensors.Integers(2, 4, 3)) { Attributes = AttributeMap.Of(("p", p), ("axis", axis)) }.AgreesWithOnnxRuntime();

    [Fact]
    public void LpNormalization_Zeros_StayZeros() => Assert.Equal([0f, 0], new OperatorCase("LpNormalization", Tensor.Vector(0f, 0)).EvaluateOne().ToSingleArray());

    [Fact]
    public void WrongShapes_AreRefused()
    {
        Tensor x = RandomTensors.Integers(2, 4, 3);
        Tensor three = RandomTensors.Integers(3);
        OperatorRun.Fails("BatchNormalization", null, x, s_scale, s_bias, s_scale, three);
        OperatorRun.Fails("LayerNormalization", null, x, s_scale);
        OperatorRun.Fails("LayerNormalization", AttributeMap.Of(("axis", 3)), x, three);
        OperatorRun.Fails("GroupNormalization", AttributeMap.Of(("num_groups", 3)), x, s_scale, s_bias);
        OperatorRun.Fails("GroupNormalization", AttributeMap.Of(("num_groups", 0)), x, s_scale, s_bias);
        OperatorRun.Fails("InstanceNormalization", null, x, three, three);
        OperatorRun.Fails("LRN", AttributeMap.Of(("size", 0)), x);
        OperatorRun.Fails("LpNormalization", AttributeMap.Of(("p", 3)), x);
        OperatorRun.Fails("MeanVarianceNormalization", null, x);
    }
}
