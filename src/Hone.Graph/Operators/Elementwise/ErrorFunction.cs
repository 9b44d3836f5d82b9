namespace Hone.Operators.Elementwise;

/// <summary>The Gauss error function to about 15 digits.</summary>
internal static class ErrorFunction
{
    /// <summary>2/√π times the integral of exp(-t²) from 0 to x.</summary>
    public static double Erf(double x)
    {
        double magnitude = Math.Abs(x);
        if (double.IsNaN(x))
            return x;
        // 1 - erf(6) is about 2e-17, below half a unit in the last place of 1.
        double result = magnitude >= 6 ? 1 : magnitude < 2.5 ? Series(magnitude) : 1 - Complement(magnitude);
        return Math.CopySign(result, x);
    }

    /// <summary>2/√π exp(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)): all terms are positive, so nothing cancels.</summary>
    private static double Series(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 1; term > 1e-17 * sum; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>erfc(x) = exp(-x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))), evaluated from the inside.</summary>
    private static double Complement(double x)
    {
        double fraction = x;
        for (int n = 60; n >= 1; n--)
            fraction = x + (n / 2.0 / fraction);
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / fraction;
    }
}
