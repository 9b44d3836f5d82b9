using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Hone.Compression.LowRank;

/// <summary>A matrix as the product of two thinner ones: its singular value decomposition, cut off.</summary>
/// <remarks>No product of this rank is nearer in the Frobenius norm (Eckart and Young, 1936). Both factors carry the square root of the singular
/// values.</remarks>
/// <param name="Left">Row-major <c>[rows, rank]</c>.</param>
/// <param name="Right">Row-major <c>[rank, columns]</c>.</param>
/// <param name="Rank">The common dimension.</param>
/// <param name="Error">Relative error in the Frobenius norm.</param>
public sealed record MatrixFactors(double[] Left, double[] Right, int Rank, double Error)
{
    /// <summary>Factorizes a matrix.</summary>
    /// <param name="matrix">Row-major <c>[rows, columns]</c>, finite.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>The factors, or null where they would not have fewer elements than <see cref="LowRankOptions.LargestRatio"/> allows.</returns>
    /// <exception cref="ArgumentException">The matrix has another size, or an element is not finite.</exception>
    public static MatrixFactors? Create(double[] matrix, int rows, int columns, LowRankOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        options ??= new LowRankOptions();
        options.Validate();
        if (matrix.Length != (long)rows * columns)
            throw new ArgumentException($"A matrix of {rows} x {columns} has {(long)rows * columns} elements, {matrix.Length} were given.",
                nameof(matrix));
        if (!Array.TrueForAll(matrix, double.IsFinite))
            throw new ArgumentException("A matrix with NaN or infinity has no factors.", nameof(matrix));
        int most = (int)Math.Floor(options.LargestRatio * matrix.Length / ((double)rows + columns));
        if (most < 1)
            return null;

        Matrix<double> a = Matrix<double>.Build.Dense(columns, rows, matrix).Transpose(); // row-major is the transpose, column-major
        // The eigenvectors of the smaller Gram matrix are the singular vectors of the shorter side.
        bool isWide = rows <= columns;
        Evd<double> evd = (isWide ? a.TransposeAndMultiply(a) : a.TransposeThisAndMultiply(a)).Evd(Symmetricity.Symmetric);
        double[] squares = [.. evd.EigenValues.Select(v => Math.Max(0, v.Real)).Reverse()];
        double total = squares.Sum();
        int rank = options.Rank ?? RankFor(squares, total, options.TargetError);
        if (rank > most)
            return null;

        int count = squares.Length;
        Matrix<double> vectors = evd.EigenVectors.SubMatrix(0, count, count - rank, rank);
        Vector<double> roots = Vector<double>.Build.Dense(rank, i => Math.Pow(squares[rank - 1 - i], 0.25));
        Vector<double> inverse = roots.Map(r => r > 0 ? 1 / r : 0);
        Matrix<double> own = vectors * Matrix<double>.Build.DiagonalOfDiagonalVector(roots);
        Matrix<double> projection = vectors * Matrix<double>.Build.DiagonalOfDiagonalVector(inverse);
        (Matrix<double> left, Matrix<double> right) = isWide ? (own, projection.TransposeThisAndMultiply(a)) : (a * projection, own.Transpose());
        double error = total == 0 ? 0 : (a - (left * right)).FrobeniusNorm() / Math.Sqrt(total);
        return new MatrixFactors(left.ToRowMajorArray(), right.ToRowMajorArray(), rank, error);
    }

    /// <summary>The least rank whose cut-off singular values stay within the error.</summary>
    private static int RankFor(double[] squares, double total, double error)
    {
        double tail = 0;
        int rank = squares.Length;
        while (rank > 1 && tail + squares[rank - 1] <= error * error * total)
            tail += squares[--rank];
        return rank;
    }
}
