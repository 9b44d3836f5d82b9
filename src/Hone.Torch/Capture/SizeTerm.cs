namespace Hone.Torch.Capture;

/// <summary>A product of a number and dynamic dimensions, which are given by their place in the list of dynamic dimensions.</summary>
/// <param name="Factor">Multiplies the dimensions.</param>
/// <param name="Dimensions">Their places.</param>
/// <param name="Divisor">Divides the product without a rest, since the sizes are multiples (<see cref="DynamicDim.Multiple"/>); 1 for most.</param>
internal sealed record SizeTerm(long Factor, IReadOnlyList<int> Dimensions, long Divisor = 1)
{
    /// <summary>The term of a fraction in lowest terms, with a positive divisor.</summary>
    public static SizeTerm Of(long numerator, long denominator, IReadOnlyList<int> dimensions)
    {
        long common = (long)System.Numerics.BigInteger.GreatestCommonDivisor(numerator, denominator) * Math.Sign(denominator);
        return new SizeTerm(numerator / common, dimensions, denominator / common);
    }

    public long Evaluate(IReadOnlyList<long> sizes) => Numerator(sizes) / Divisor;

    /// <summary>Whether the division leaves no rest.</summary>
    public bool IsExact(IReadOnlyList<long> sizes) => Numerator(sizes) % Divisor == 0;

    private long Numerator(IReadOnlyList<long> sizes) => Dimensions.Aggregate(Factor, (product, dimension) => product * sizes[dimension]);
}
