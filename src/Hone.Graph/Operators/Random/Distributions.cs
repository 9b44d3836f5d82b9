using Hone.Graphs;

namespace Hone.Operators.Random;

/// <summary>Draws from the distributions that random operators share.</summary>
internal static class Distributions
{
    /// <summary>Attributes mean (0) and scale (1), by the method of Box and Muller (1958).</summary>
    public static double Normal(System.Random random, AttributeMap attributes)
    {
        // 1 - x lies in (0, 1], where the logarithm is finite.
        double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return attributes.GetFloat("mean", 0) + (attributes.GetFloat("scale", 1) * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
    }

    /// <summary>Attributes low (0) and high (1).</summary>
    public static double Uniform(System.Random random, AttributeMap attributes)
    {
        double low = attributes.GetFloat("low", 0);
        return low + ((attributes.GetFloat("high", 1) - low) * random.NextDouble());
    }
}
