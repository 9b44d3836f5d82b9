namespace Hone.Operators.Normalization;

/// <summary>Mean and variance of some elements.</summary>
internal static class Moments
{
    /// <summary>The mean and the population variance (divided by the number of elements), in two passes.</summary>
    public static (double Mean, double Variance) Of(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        double mean = sum / values.Length;
        double squares = 0;
        foreach (double value in values)
            squares += (value - mean) * (value - mean);
        return (mean, squares / values.Length);
    }
}
