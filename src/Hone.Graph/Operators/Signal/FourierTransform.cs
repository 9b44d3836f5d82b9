using System.Numerics;

namespace Hone.Operators.Signal;

/// <summary>The discrete Fourier transform of one line.</summary>
internal static class FourierTransform
{
    /// <summary>The transform, unscaled: <c>X[k] = Σ x[n] · exp(∓2πi · k · n / N)</c>.</summary>
    /// <remarks>Even lengths are halved (Cooley and Tukey 1965), the odd rest is summed by the definition.</remarks>
    /// <param name="line">x.</param>
    /// <param name="inverse">Whether the exponent is positive.</param>
    public static Complex[] Of(ReadOnlySpan<Complex> line, bool inverse)
    {
        int count = line.Length;
        Complex[] result = new Complex[count];
        if (count % 2 != 0 || count == 0)
        {
            for (int k = 0; k < count; k++)
            {
                for (int n = 0; n < count; n++)
                    result[k] += line[n] * Root((long)k * n, count, inverse);
            }

            return result;
        }

        Complex[] half = new Complex[count / 2];
        for (int i = 0; i < half.Length; i++)
            half[i] = line[2 * i];
        Complex[] even = Of(half, inverse);
        for (int i = 0; i < half.Length; i++)
            half[i] = line[2 * i + 1];
        Complex[] odd = Of(half, inverse);
        for (int k = 0; k < half.Length; k++)
        {
            Complex turned = odd[k] * Root(k, count, inverse);
            result[k] = even[k] + turned;
            result[k + half.Length] = even[k] - turned;
        }

        return result;
    }

    /// <summary>Number of products that a transform of that length takes, about.</summary>
    public static double Cost(long length)
    {
        double steps = 0;
        long odd = length;
        while (odd > 1 && odd % 2 == 0)
        {
            odd /= 2;
            steps += length;
        }

        return steps + (double)length * odd;
    }

    private static Complex Root(long power, int count, bool inverse)
    {
        double angle = 2 * Math.PI * (power % count) / count;
        return new Complex(Math.Cos(angle), inverse ? Math.Sin(angle) : -Math.Sin(angle));
    }
}
