using System.Numerics;
using System.Runtime.InteropServices;

namespace Hone.Numerics;

/// <summary>The matrix product that the reference evaluations of matrix products and convolutions share.</summary>
internal static class MatrixProduct
{
    /// <summary>Adds a product: <c>c [m, n] += a [m, k] · b [k, n]</c>, all row-major and dense.</summary>
    /// <remarks>
    /// Each element of <paramref name="c"/> adds its products in the order of <paramref name="k"/>, each rounded to <typeparamref name="T"/>
    /// (integers wrap around): the result does not depend on the width of the vectors.
    /// </remarks>
    public static void Add<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, int m, int k, int n)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < m; i++)
            AddRow(a.Slice(i * k, k), b[..(k * n)], c.Slice(i * n, n));
    }

    /// <summary>The transpose of a row-major matrix <c>[rows, columns]</c>.</summary>
    public static T[] Transpose<T>(ReadOnlySpan<T> matrix, int rows, int columns)
        where T : unmanaged
    {
        T[] result = new T[rows * columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                result[column * rows + row] = matrix[row * columns + column];
        }

        return result;
    }

    /// <summary>One row: the sums of a strip of columns stay in registers while k runs.</summary>
    private static void AddRow<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c)
        where T : unmanaged, INumber<T>
    {
        int n = c.Length;
        int width = Vector<T>.Count;
        int j = 0;
        for (; j <= n - 4 * width; j += 4 * width)
        {
            Span<Vector<T>> sums = MemoryMarshal.Cast<T, Vector<T>>(c.Slice(j, 4 * width));
            (Vector<T> sum0, Vector<T> sum1, Vector<T> sum2, Vector<T> sum3) = (sums[0], sums[1], sums[2], sums[3]);
            for (int k = 0; k < a.Length; k++)
            {
                ReadOnlySpan<Vector<T>> row = MemoryMarshal.Cast<T, Vector<T>>(b.Slice(k * n + j, 4 * width));
                Vector<T> factor = new(a[k]);
                sum0 += factor * row[0];
                sum1 += factor * row[1];
                sum2 += factor * row[2];
                sum3 += factor * row[3];
            }

            (sums[0], sums[1], sums[2], sums[3]) = (sum0, sum1, sum2, sum3);
        }

        for (; j <= n - width; j += width)
        {
            Vector<T> sum = new(c[j..]);
            for (int k = 0; k < a.Length; k++)
                sum += new Vector<T>(a[k]) * new Vector<T>(b[(k * n + j)..]);
            sum.CopyTo(c[j..]);
        }

        for (; j < n; j++)
        {
            T sum = c[j];
            for (int k = 0; k < a.Length; k++)
                sum += a[k] * b[k * n + j];
            c[j] = sum;
        }
    }
}
