using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Operators.Elementwise;

public class DropoutTests
{
    private static readonly AttributeMap s_seed = AttributeMap.Of(("seed", 3));

    [Fact]
    public void Training_ScalesWhatItKeeps()
    {
        Tensor ones = Tensor.Vector<float>(Enumerable.Repeat(1f, 10000).ToArray());
        IReadOnlyList<Tensor> outputs = OperatorRun.Outputs("Dropout", 2, s_seed, ones, Tensor.Scalar(0.75f), Tensor.Scalar(true));
        bool[] mask = outputs[1].AsSpan<bool>().ToArray();
        Assert.Equal(mask.Select(kept => kept ? 4f : 0f), outputs[0].ToSingleArray());
        // Four standard deviations of a binomial distribution with n = 10000 and p = 1/4.
        Assert.InRange(mask.Count(kept => kept), 2500 - 173, 2500 + 173);
    }

    [Fact]
    public void Training_RepeatsItself_WithASeed()
    {
        Tensor x = Tensor.Vector<float>(Enumerable.Range(0, 100).Select(i => (float)i).ToArray());
        float[] Run() => OperatorRun.Single("Dropout", s_seed, x, Tensor.Scalar(0.5f), Tensor.Scalar(true)).ToSingleArray();
        Assert.Equal(Run(), Run());
    }

    [Fact]
    public void Inference_PassesItsInputOn()
    {
        IReadOnlyList<Tensor> outputs = OperatorRun.Outputs("Dropout", 2, null, Tensor.Vector(1f, 2f));
        Assert.Equal([1f, 2f], outputs[0].ToSingleArray());
        Assert.Equal([true, true], outputs[1].AsSpan<bool>().ToArray());
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(-0.1f)]
    [InlineData(float.NaN)]
    public void RatioOutsideItsRange_IsRefused(float ratio) => OperatorRun.Fails("Dropout", null, Tensor.Vector(1f), Tensor.Scalar(ratio), Tensor.Scalar(true));
}
