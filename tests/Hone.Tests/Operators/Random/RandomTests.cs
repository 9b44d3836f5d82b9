using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Operators.Random;

public class RandomTests
{
    private const int Count = 40000;

    [Fact]
    public void Normal_HasItsMeanAndDeviation()
    {
        AttributeMap attributes = AttributeMap.Of(("shape", new long[] { Count }), ("mean", 3f), ("scale", 2f), ("seed", 1f), ("dtype", DataType.Float64));
        double[] drawn = OperatorRun.Single("RandomNormal", attributes).AsSpan<double>().ToArray();
        double mean = drawn.Average();
        // The standard errors are 2/√40000 = 0.01 of the mean, and 2/√80000 = 0.007 of the deviation.
        Assert.Equal(3, mean, 0.04);
        Assert.Equal(2, Math.Sqrt(drawn.Average(x => (x - mean) * (x - mean))), 0.03);
    }

    [Fact]
    public void Uniform_StaysInItsRange()
    {
        AttributeMap attributes = AttributeMap.Of(("low", -1f), ("high", 2f), ("seed", 1f));
        float[] drawn = OperatorRun.Single("RandomUniformLike", attributes, new Tensor(DataType.Float32, new TensorShape(Count))).ToSingleArray();
        Assert.All(drawn, x => Assert.InRange(x, -1f, 2f));
        Assert.Equal(0.5, drawn.Average(), 0.02);
    }

    [Fact]
    public void Bernoulli_FollowsItsProbabilities()
    {
        Tensor probabilities = new(DataType.Float32, new TensorShape(Count));
        probabilities.AsSpan<float>().Fill(0.25f);
        bool[] drawn = OperatorRun.Single("Bernoulli", AttributeMap.Of(("seed", 1f), ("dtype", DataType.Bool)), probabilities).AsSpan<bool>().ToArray();
        // The standard error is √(0.25 · 0.75 / 40000), about 0.002.
        Assert.Equal(0.25, drawn.Count(x => x) / (double)Count, 0.01);
    }

    [Fact]
    public void Multinomial_FollowsItsLogits()
    {
        AttributeMap attributes = AttributeMap.Of(("sample_size", Count), ("seed", 1f), ("dtype", DataType.Int64));
        long[] drawn = OperatorRun.Single("Multinomial", attributes, Tensor.Create([MathF.Log(1), MathF.Log(3), float.NegativeInfinity], 1, 3)).ToInt64Array();
        Assert.Equal(0.75, drawn.Count(x => x == 1) / (double)Count, 0.01);
        Assert.DoesNotContain(2, drawn);
    }

    [Fact]
    public void Seed_MakesItRepeat()
    {
        float[] Draw(float seed) => OperatorRun.Single("RandomUniform", AttributeMap.Of(("shape", new long[] { 8 }), ("seed", seed))).ToSingleArray();
        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));
    }
}
