namespace Hone.Quantization.WeightOnly;

/// <summary>Rounds a matrix column by column; the error of each is made up for by the columns not yet rounded.</summary>
/// <remarks>
/// Frantar et al., "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers", 2023, algorithm 1. With H = 2 X Xᵀ the Hessian of
/// the squared error of the outputs and U the upper Cholesky factor of its inverse, rounding column i with error e moves each later column j by
/// <c>-e U[i, j] / U[i, i]</c>. The scale of a block is found when its first column is reached, from the weights as they have become.
/// </remarks>
internal static class Gptq
{
    /// <exception cref="QuantizationException">The Hessian has no Cholesky factor even with damping.</exception>
    internal static void Round(BlockedMatrix matrix, double[] hessian, GptqOptions options, string name)
    {
        int depth = matrix.Depth;
        double[] diagonal = new double[depth];
        for (int i = 0; i < depth; i++)
            diagonal[i] = hessian[(i * depth) + i];
        int[] order = [.. Enumerable.Range(0, depth)];
        if (options.OrdersByActivation)
            order = [.. order.OrderByDescending(i => diagonal[i])];
        double[] factor = InverseFactor(hessian, diagonal, order, options.Damping, name);
        double[] damped = (double[])hessian.Clone();
        for (int i = 0; i < depth; i++)
            damped[(i * depth) + i] += diagonal[i] == 0 ? 0 : Damp(diagonal, options.Damping);
        Parallel.For(0, matrix.Outputs, output =>
        {
            RoundRow(matrix, output, diagonal, order, factor, options.OrdersByActivation);
            CoordinateDescent.Improve(matrix, output, damped, options.RefinementSweeps);
        });
    }

    private static void RoundRow(BlockedMatrix matrix, int output, double[] diagonal, int[] order, double[] factor, bool findsScalesFirst)
    {
        (int depth, int size) = (matrix.Depth, matrix.BlockSize);
        Span<float> weights = matrix.Weights.AsSpan(output * depth, depth);
        double[] row = new double[depth];
        for (int i = 0; i < depth; i++)
            row[i] = diagonal[i] == 0 ? 0 : weights[i];
        BlockGrid[] grids = new BlockGrid[matrix.Blocks];
        float[] block = new float[size];
        for (int b = 0; b < grids.Length && findsScalesFirst; b++)
            grids[b] = GridOf(b);
        for (int step = 0; step < depth; step++)
        {
            int column = order[step];
            if (!findsScalesFirst && column % size == 0)
                grids[column / size] = GridOf(column / size);
            BlockGrid grid = grids[column / size];
            int code = grid.Code((float)row[column]);
            matrix.Codes[(output * depth) + column] = code;
            ReadOnlySpan<double> following = factor.AsSpan(step * depth, depth);
            double error = (row[column] - grid.Value(code)) / following[step];
            for (int later = step + 1; later < depth; later++)
                row[order[later]] -= error * following[later];
        }

        for (int b = 0; b < grids.Length; b++)
        {
            matrix.Scales[(output * grids.Length) + b] = grids[b].Scale;
            matrix.ZeroPoints[(output * grids.Length) + b] = grids[b].ZeroPoint;
        }

        BlockGrid GridOf(int b)
        {
            int count = Math.Min(size, depth - (b * size));
            for (int i = 0; i < count; i++)
                block[i] = (float)row[(b * size) + i];
            BlockGrid grid = BlockGrid.OfRange(block.AsSpan(0, count), matrix.Spec).Narrowed(block.AsSpan(0, count));
            return grid with { Scale = matrix.Storable(grid.Scale) };
        }
    }

    private static double Damp(double[] diagonal, double damping) => Math.Max(damping * diagonal.Average(), double.Epsilon);

    /// <summary>U with Uᵀ U = (H + damping)⁻¹, rows and columns in the given order.</summary>
    private static double[] InverseFactor(double[] hessian, double[] diagonal, int[] order, double damping, string name)
    {
        int n = order.Length;
        double damp = Damp(diagonal, damping);

        // The lower factor of the inverse, taken from the back: with J the reversal, J H J = L Lᵀ gives H⁻¹ = Uᵀ U for U = J L⁻¹ J.
        double[] reversed = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                reversed[(i * n) + j] = hessian[(order[n - 1 - i] * n) + order[n - 1 - j]];
            int self = order[n - 1 - i];
            reversed[(i * n) + i] = diagonal[self] == 0 ? 1 : diagonal[self] + damp;
        }

        if (!Cholesky.TryFactor(reversed, n))
            throw new QuantizationException(name, "The products of its inputs are not positive definite; raise GptqOptions.Damping.");
        double[] inverse = Cholesky.InvertLower(reversed, n);
        double[] factor = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = i; j < n; j++)
                factor[(i * n) + j] = inverse[((n - 1 - i) * n) + (n - 1 - j)];
        }

        return factor;
    }
}
