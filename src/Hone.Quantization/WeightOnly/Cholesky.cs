using System.Numerics;

namespace Hone.Quantization.WeightOnly;

/// <summary>Cholesky factors of symmetric matrices in float64, row-major.</summary>
internal static class Cholesky
{
    /// <summary>Replaces the lower half by L with A = L Lᵀ; the upper half becomes 0.</summary>
    /// <returns>False where the matrix is not positive definite.</returns>
    internal static bool TryFactor(double[] a, int n)
    {
        for (int j = 0; j < n; j++)
        {
            double pivot = a[(j * n) + j] - Dot(a, j * n, j * n, j);
            if (!(pivot > 0) || !double.IsFinite(pivot))
                return false;
            double root = Math.Sqrt(pivot);
            a[(j * n) + j] = root;
            int column = j;
            Parallel.For(j + 1, n, i => a[(i * n) + column] = (a[(i * n) + column] - Dot(a, i * n, column * n, column)) / root);
            a.AsSpan((j * n) + j + 1, n - j - 1).Clear();
        }

        return true;
    }

    /// <summary>L⁻¹, lower as well.</summary>
    internal static double[] InvertLower(double[] lower, int n)
    {
        // Row c of the transposed inverse is column c, so that every sum runs over neighbours.
        double[] transposed = new double[n * n];
        Parallel.For(0, n, c =>
        {
            transposed[(c * n) + c] = 1 / lower[(c * n) + c];
            for (int i = c + 1; i < n; i++)
                transposed[(c * n) + i] = -DotBetween(lower, (i * n) + c, transposed, (c * n) + c, i - c) / lower[(i * n) + i];
        });
        double[] inverse = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
                inverse[(i * n) + j] = transposed[(j * n) + i];
        }

        return inverse;
    }

    private static double Dot(double[] a, int first, int second, int count) => DotBetween(a, first, a, second, count);

    private static double DotBetween(double[] a, int first, double[] b, int second, int count)
    {
        ReadOnlySpan<double> x = a.AsSpan(first, count), y = b.AsSpan(second, count);
        Vector<double> sums = Vector<double>.Zero;
        int i = 0;
        for (; i <= count - Vector<double>.Count; i += Vector<double>.Count)
            sums += new Vector<double>(x[i..]) * new Vector<double>(y[i..]);
        double sum = Vector.Sum(sums);
        for (; i < count; i++)
            sum += x[i] * y[i];
        return sum;
    }
}
