using Hone.Generation.Sampling;

namespace Hone.Tests.Generation;

public class TokenSamplerTests
{
    // Probabilities 0.5, 0.125, 0.25, 0.125.
    private static readonly float[] Scores = [MathF.Log(4), 0, MathF.Log(2), 0];

    [Fact]
    public void Greedy_TakesTheLargest() => Assert.Equal(2, new TokenSampler(SamplingOptions.Greedy).Sample([1, -3, 5, 5]));

    [Theory]
    [InlineData(1, 1, new[] { 0.5, 0.125, 0.25, 0.125 })]
    [InlineData(1, 0.7f, new[] { 2 / 3.0, 0, 1 / 3.0, 0 })]
    [InlineData(1, 0.5f, new[] { 1.0, 0, 0, 0 })]
    [InlineData(0.5f, 1, new[] { 16 / 22.0, 1 / 22.0, 4 / 22.0, 1 / 22.0 })]
    public void Draws_FollowTheProbabilities(float temperature, float topP, double[] expected)
    {
        const int Draws = 20_000;
        TokenSampler sampler = new(new SamplingOptions { Temperature = temperature, TopP = topP, Seed = 3 });
        int[] counts = new int[4];
        for (int i = 0; i < Draws; i++)
            counts[sampler.Sample(Scores)]++;
        for (int i = 0; i < 4; i++)
        {
            if (expected[i] == 0)
                Assert.Equal(0, counts[i]);
            Assert.InRange(counts[i] / (double)Draws, expected[i] - 0.02, expected[i] + 0.02);
        }
    }

    [Fact]
    public void TopK_DrawsFromTheLikeliestOnly()
    {
        TokenSampler sampler = new(new SamplingOptions { TopP = 1, TopK = 2, Seed = 1 });
        Assert.All(Enumerable.Range(0, 200), _ => Assert.True(sampler.Sample(Scores) is 0 or 2));
    }

    [Theory]
    [InlineData(-1, 0.9f, null)]
    [InlineData(float.NaN, 0.9f, null)]
    [InlineData(1, 0, null)]
    [InlineData(1, 1.1f, null)]
    [InlineData(1, 0.9f, 0)]
    public void OutOfRange_Throws(float temperature, float topP, int? topK) =>
        Assert.Throws<HoneException>(() => new TokenSampler(new SamplingOptions { Temperature = temperature, TopP = topP, TopK = topK }));
}
