using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators.Loss;

public class LossTests
{
    [Theory]
    [InlineData("mean")]
    [InlineData("sum")]
    [InlineData("none")]
    public void SoftmaxCrossEntropyLoss_WeightsAndIgnoredClass_AgreesWithOnnxRuntime(string reduction) => new OperatorCase(
        "SoftmaxCrossEntropyLoss", RandomTensors.Integers(2, 3, 4), Tensor.Create([0L, 1, 2, 1, -1, 2, 0, 0], 2, 4), Tensor.Vector(0.5f, 1, 2))
    { Attributes = AttributeMap.Of(("reduction", reduction), ("ignore_index", -1)), OutputCount = 2 }.AgreesWithOnnxRuntime();

    [Fact]
    public void NegativeLogLikelihoodLoss_MeanIsOverTheWeights()
    {
        // (2 · 0.5 + 3 · 2) / 2.5
        Tensor loss = new OperatorCase("NegativeLogLikelihoodLoss", Tensor.Create([-2f, -9, -9, -3], 2, 2), Tensor.Vector(0, 1), Tensor.Vector(0.5f, 2)).EvaluateOne();
        Assert.Equal(2.8f, loss.Item<float>(), 1e-6f);
    }

    [Fact]
    public void WrongInputs_AreRefused()
    {
        Tensor x = RandomTensors.Integers(2, 3);
        OperatorRun.Fails("NegativeLogLikelihoodLoss", null, x, Tensor.Vector(0L, 3));
        OperatorRun.Fails("NegativeLogLikelihoodLoss", null, x, Tensor.Vector(0L, -1));
        OperatorRun.Fails("NegativeLogLikelihoodLoss", null, x, Tensor.Vector(0L));
        OperatorRun.Fails("SoftmaxCrossEntropyLoss", null, x, Tensor.Vector(0L, 1), Tensor.Vector(1f, 1));
        OperatorRun.Fails("SoftmaxCrossEntropyLoss", AttributeMap.Of(("reduction", "max")), x, Tensor.Vector(0L, 1));
    }
}
