using Hone.Graphs;

namespace Hone.Operators.Pooling;

/// <summary>The arithmetic of Lp norms.</summary>
internal static class LpNorm
{
    public static long Order(Node node)
    {
        long p = node.Attributes.GetInt("p", 2);
        return p >= 1 ? p : throw node.Error($"p must be at least 1, got {p}.");
    }

    public static double Power(double value, long p) => p switch
    {
        1 => Math.Abs(value),
        2 => value * value,
        _ => Math.Pow(Math.Abs(value), p),
    };

    public static double Root(double sum, long p) => p switch
    {
        1 => sum,
        2 => Math.Sqrt(sum),
        _ => Math.Pow(sum, 1.0 / p),
    };
}
