using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators.Signal;

public class SignalTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(15)]
    public void Dft_ThenInverse_GivesTheSignal(int length)
    {
        Tensor x = RandomTensors.Integers(2, length, 2);
        Tensor spectrum = new OperatorCase("DFT", x).EvaluateOne();
        Tensor y = new OperatorCase("DFT", spectrum) { Attributes = AttributeMap.Of(("inverse", 1)) }.EvaluateOne();
        TensorAssert.Close(x, y, 1e-5, 1e-5);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public void Dft_OnesidedThenInverse_GivesTheRealSignal(int length)
    {
        Tensor x = RandomTensors.Integers(2, length, 1);
        AttributeMap onesided = AttributeMap.Of(("onesided", 1));
        Tensor spectrum = new OperatorCase("DFT", x) { Attributes = onesided }.EvaluateOne();
        Assert.Equal(new TensorShape(2, (length / 2) + 1, 2), spectrum.Shape);
        Tensor y = new OperatorCase("DFT", spectrum, Tensor.Scalar((long)length)) { Attributes = onesided.With("inverse", 1L), Constants = [1] }.EvaluateOne();
        TensorAssert.Close(x, y, 1e-5, 1e-5);
    }

    [Fact]
    public void Dft_OneCosine_HasTwoLines()
    {
        float[] wave = [.. Enumerable.Range(0, 6).Select(i => (float)Math.Cos(2 * Math.PI * i / 6))];
        Tensor spectrum = new OperatorCase("DFT", Tensor.Create(wave, 1, 6, 1)).EvaluateOne();
        TensorAssert.Close(Tensor.Create([0f, 0, 3, 0, 0, 0, 0, 0, 0, 0, 3, 0], 1, 6, 2), spectrum, 0, 1e-6);
    }

    [Theory]
    [InlineData("HannWindow")]
    [InlineData("HammingWindow")]
    [InlineData("BlackmanWindow")]
    public void Windows_AgreeWithOnnxRuntime(string name)
    {
        OperatorCase window = new(name, Tensor.Scalar(10L)) { Constants = [0] };
        window.AgreesWithOnnxRuntime();
        (window with { Attributes = AttributeMap.Of(("periodic", 0), ("output_datatype", DataType.Float64)) }).AgreesWithOnnxRuntime();
        Assert.Equal([1f], new OperatorCase(name, Tensor.Scalar(1L)) { Constants = [0] }.EvaluateOne().ToSingleArray());
    }

    [Fact]
    public void Stft_AgreesWithOnnxRuntime() => new OperatorCase(
        "STFT", RandomTensors.Integers(2, 64, 1), Tensor.Scalar(8L), new OperatorCase("HannWindow", Tensor.Scalar(16L)) { Constants = [0] }.EvaluateOne(), Tensor.Scalar(16L))
    { Constants = [1, 3] }.AgreesWithOnnxRuntime(absolute: 1e-4);

    [Fact]
    public void HostileNumbers_AreRefused()
    {
        Tensor x = RandomTensors.Integers(1, 8, 1);
        OperatorRun.Fails("HannWindow", null, Tensor.Scalar(long.MaxValue));
        OperatorRun.Fails("HannWindow", null, Tensor.Scalar(-1L));
        OperatorRun.Fails("DFT", null, x, Tensor.Scalar(0L));
        OperatorRun.Fails("DFT", null, x, Tensor.Scalar(536870909L));
        OperatorRun.Fails("DFT", null, x, null, Tensor.Scalar(2L));
        OperatorRun.Fails("STFT", null, x, Tensor.Scalar(0L), null, Tensor.Scalar(4L));
        OperatorRun.Fails("STFT", null, x, Tensor.Scalar(1L), null, Tensor.Scalar(9L));
        OperatorRun.Fails("STFT", null, x, Tensor.Scalar(1L));
        OperatorRun.Fails("MelWeightMatrix", null, Tensor.Scalar(4L), Tensor.Scalar(16L), Tensor.Scalar(8000L), Tensor.Scalar(0f), Tensor.Scalar(9000f));
        OperatorRun.Fails("MelWeightMatrix", null, Tensor.Scalar(4L), Tensor.Scalar(16L), Tensor.Scalar(8000L), Tensor.Scalar(float.NaN), Tensor.Scalar(4000f));
    }
}
