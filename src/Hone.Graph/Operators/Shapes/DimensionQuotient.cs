using Hone.Graphs;

namespace Hone.Operators.Shapes;

/// <summary>Divides products of dimensions by cancelling what both sides have in common.</summary>
internal static class DimensionQuotient
{
    /// <summary>The product of one list over the product of another; unknown when it does not follow.</summary>
    /// <exception cref="OverflowException">A product exceeds 2^63-1.</exception>
    public static Dimension Divide(ReadOnlySpan<Dimension> numerator, ReadOnlySpan<Dimension> denominator)
    {
        (long over, List<string>? overSymbols) = Factors(numerator);
        (long under, List<string>? underSymbols) = Factors(denominator);
        if (overSymbols is null || underSymbols is null || under == 0)
            return Dimension.Unknown;
        foreach (string symbol in underSymbols.ToArray())
        {
            if (overSymbols.Remove(symbol))
                underSymbols.Remove(symbol);
        }

        long common = (long)System.Numerics.BigInteger.GreatestCommonDivisor(over, under);
        if (common > 0)
            (over, under) = (over / common, under / common);
        return Product(over, overSymbols) / Product(under, underSymbols);
    }

    private static Dimension Product(long number, List<string> symbols) =>
        symbols.Aggregate(Dimension.Fixed(number), (product, symbol) => product * Dimension.Symbolic(symbol));

    /// <summary>The numbers multiplied, and the symbols; no symbols at all (null) when some dimension is unknown.</summary>
    private static (long Number, List<string>? Symbols) Factors(ReadOnlySpan<Dimension> dimensions)
    {
        long number = 1;
        List<string> symbols = [];
        foreach (Dimension dimension in dimensions)
        {
            if (dimension.IsUnknown)
                return (0, null);
            string[] factors = dimension.Symbol is { } symbol && symbol.AsSpan().ContainsAny("+-/()") ? [symbol] : dimension.ToString().Split('*');
            foreach (string factor in factors)
            {
                if (long.TryParse(factor, out long value))
                    number = checked(number * value);
                else
                    symbols.Add(factor);
            }
        }

        return (number, symbols);
    }
}
