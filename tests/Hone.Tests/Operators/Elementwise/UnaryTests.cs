using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Operators.Elementwise;

public class UnaryTests
{
    public static TheoryData<string> RealFunctions =>
    [
        "Acos", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Cos", "Cosh", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu",
        "Mish", "Reciprocal", "Round", "Selu", "Sigmoid", "Sin", "Sinh", "Softplus", "Softsign", "Tan", "Tanh", "ThresholdedRelu", "Abs", "Neg", "Relu", "Sign",
    ];

    [Theory]
    [MemberData(nameof(RealFunctions))]
    public void Function_AgreesWithOnnxRuntime(string name)
    {
        // Steps of an odd fraction of 1, so that no kink is hit exactly but 0 is.
        bool isInverse = name is "Acos" or "Asin" or "Atanh";
        float[] x = Enumerable.Range(-30, 61).Select(i => i / (isInverse ? 31f : 6.9f)).ToArray();
        OperatorRun.AgreesWithOnnxRuntime(name, null, 1e-5, 2e-6, Tensor.Vector<float>(x));
    }

    [Theory]
    [InlineData("Acosh")]
    [InlineData("Log")]
    [InlineData("Sqrt")]
    public void FunctionOfPositives_AgreesWithOnnxRuntime(string name) =>
        OperatorRun.AgreesWithOnnxRuntime(name, null, 1e-5, 1e-6, Tensor.Vector(1f, 1.5f, 2f, 10f, 1e10f));

    /// <summary>Values of tables: Abramowitz and Stegun, table 7.1, and beyond it from the series.</summary>
    [Theory]
    [InlineData(0.5, 0.5204998778130465)]
    [InlineData(1, 0.8427007929497149)]
    [InlineData(2, 0.9953222650189527)]
    [InlineData(2.5, 0.999593047982555)]
    [InlineData(3, 0.9999779095030014)]
    [InlineData(-1, -0.8427007929497149)]
    [InlineData(7, 1)]
    public void Erf_HasFifteenDigits(double x, double expected) =>
        Assert.Equal(expected, OperatorRun.Single("Erf", null, Tensor.Scalar(x)).Item<double>(), 1e-15);

    [Fact]
    public void Round_TakesHalvesToTheEven() =>
        Assert.Equal([-2f, -2f, 0f, 0f, 2f, 2f], OperatorRun.Single("Round", null, Tensor.Vector(-2.5f, -1.5f, -0.5f, 0.5f, 1.5f, 2.5f)).ToSingleArray());

    [Fact]
    public void NaN_Stays()
    {
        Tensor x = Tensor.Vector(float.NaN);
        foreach (string name in (string[])["Relu", "Sign", "Abs", "Neg", "Sigmoid", "HardSwish", "HardSigmoid", "Elu", "LeakyRelu", "Softplus", "Erf", "Round"])
            Assert.True(float.IsNaN(OperatorRun.Single(name, null, x).ToSingleArray()[0]), name);
        Assert.True(float.IsNaN(OperatorRun.Single("Clip", null, x, Tensor.Scalar(0f), Tensor.Scalar(1f)).ToSingleArray()[0]));
    }

    [Fact]
    public void Integers_WrapAround()
    {
        Assert.Equal([sbyte.MinValue, 5], OperatorRun.Single("Abs", null, Tensor.Vector<sbyte>(sbyte.MinValue, -5)).ToInt64Array());
        Assert.Equal([int.MinValue, 7], OperatorRun.Single("Neg", null, Tensor.Vector(int.MinValue, -7)).ToInt64Array());
    }

    [Fact]
    public void Clip_OfAnEmptyRange_GivesTheMaximum() =>
        Assert.Equal([1f, 1f], OperatorRun.Single("Clip", null, Tensor.Vector(-9f, 9f), Tensor.Scalar(3f), Tensor.Scalar(1f)).ToSingleArray());

    [Fact]
    public void Clip_TakesOneLimitAlone() =>
        Assert.Equal([-9L, 2L], OperatorRun.Single("Clip", null, Tensor.Vector(-9L, 9L), null, Tensor.Scalar(2L)).ToInt64Array());

    [Fact]
    public void RealFunction_OfIntegers_IsRefused() => OperatorRun.Fails("Exp", null, Tensor.Vector(1, 2));

    [Fact]
    public void Gelu_WithAnUnknownApproximation_IsRefused() => OperatorRun.Fails("Gelu", AttributeMap.Of(("approximate", "fast")), Tensor.Vector(1f));

    [Fact]
    public void GeluTanh_IsPyTorchs() =>
        // torch.nn.functional.gelu(torch.tensor([-1., .5, 2.], dtype=torch.float64), approximate='tanh')
        Assert.Equal([-0.15880800939172324, 0.34571400982514394, 1.954597694087775], OperatorRun.Single("Gelu", AttributeMap.Of(("approximate", "tanh")), Tensor.Vector(-1.0, 0.5, 2.0)).AsSpan<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-14);
}
