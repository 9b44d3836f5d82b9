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

    /// <summary>Subtracts the mean and divides by the standard deviation, in place.</summary>
    /// <param name="values">At least one element.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>The mean, and the inverse of the deviation.</returns>
    public static (double Mean, double Inverse) Normalize(Span<double> values, double epsilon)
    {
        (double mean, double variance) = Of(values);
        double inverse = 1 / Math.Sqrt(variance + epsilon);
        foreach (ref double value in values)
            value = (value - mean) * inverse;
        return (mean, inverse);
    }
}
