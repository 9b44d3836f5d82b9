namespace Hone.Numerics;

/// <summary>The arithmetic of Lp norms.</summary>
internal static class LpNorm
{
    /// <summary>What an element adds to the sum: <c>|value|^p</c>.</summary>
    public static double Power(double value, long p) => p switch
    {
        1 => Math.Abs(value),
        2 => value * value,
        _ => Math.Pow(Math.Abs(value), p),
    };

    /// <summary>The norm from the sum: its p-th root.</summary>
    public static double Root(double sum, long p) => p switch
    {
        1 => sum,
        2 => Math.Sqrt(sum),
        _ => Math.Pow(sum, 1.0 / p),
    };
}
