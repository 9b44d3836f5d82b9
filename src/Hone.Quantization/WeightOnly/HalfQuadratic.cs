namespace Hone.Quantization.WeightOnly;

/// <summary>Half-quadratic quantization of one block.</summary>
/// <remarks>
/// Badri and Shaji, "Half-Quadratic Quantization of Large Machine Learning Models", 2023: minimizes the p-norm (p = 0.7) of the error, which forgives
/// outliers, by turns: the error e = shrink(W - W_q), then the zero point for which W - e lies on the grid best. Where the codes are symmetric the
/// zero point is fixed, and the scale is fitted to W - e by least squares instead; with a zero point, which here is an integer, that follows it.
/// </remarks>
internal static class HalfQuadratic
{
    private const double Power = 0.7;
    private const double FirstBeta = 10;
    private const double BetaGrowth = 1.01;
    private const int Rounds = 20;

    /// <summary>The best grid found, no worse than the given one.</summary>
    internal static BlockGrid Fit(ReadOnlySpan<float> weights, BlockGrid start, bool isSymmetric)
    {
        if (isSymmetric)
            return Best(weights, FitScale(weights, start), start);
        BlockGrid moved = Best(weights, FitZeroPoint(weights, start), start);
        return Best(weights, FitScale(weights, moved), moved);
    }

    private static BlockGrid Best(ReadOnlySpan<float> weights, BlockGrid candidate, BlockGrid other) =>
        candidate.Error(weights, Power) < other.Error(weights, Power) ? candidate : other;

    private static BlockGrid FitZeroPoint(ReadOnlySpan<float> weights, BlockGrid grid)
    {
        double zeroPoint = grid.ZeroPoint, best = zeroPoint, bestError = double.PositiveInfinity, beta = FirstBeta;
        for (int round = 0; round < Rounds; round++, beta *= BetaGrowth)
        {
            double sum = 0, error = 0;
            foreach (float weight in weights)
            {
                double code = Math.Clamp(Math.Round((weight / grid.Scale) + zeroPoint), grid.Minimum, grid.Maximum);
                double difference = weight - ((code - zeroPoint) * grid.Scale);
                error += Math.Abs(difference);
                sum += code - ((weight - Shrink(difference, beta)) / grid.Scale);
            }

            if (error >= bestError)
                break;
            (best, bestError) = (zeroPoint, error);
            zeroPoint = sum / weights.Length;
        }

        return grid with { ZeroPoint = (int)Math.Clamp(Math.Round(best), grid.Minimum, grid.Maximum) };
    }

    private static BlockGrid FitScale(ReadOnlySpan<float> weights, BlockGrid grid)
    {
        BlockGrid best = grid;
        double bestError = grid.Error(weights, Power), beta = FirstBeta;
        for (int round = 0; round < Rounds; round++, beta *= BetaGrowth)
        {
            double product = 0, square = 0;
            foreach (float weight in weights)
            {
                double steps = grid.Code(weight) - grid.ZeroPoint;
                product += steps * (weight - Shrink(weight - (steps * grid.Scale), beta));
                square += steps * steps;
            }

            float scale = square > 0 ? (float)(product / square) : 0;
            if (!(scale > 0) || scale == grid.Scale)
                break;
            grid = grid with { Scale = scale };
            double error = grid.Error(weights, Power);
            if (error >= bestError)
                break;
            (best, bestError) = (grid, error);
        }

        return best;
    }

    /// <summary>The generalized soft threshold of the p-norm: sign(x) max(|x| - |x|^(p-1) / beta, 0).</summary>
    private static double Shrink(double x, double beta)
    {
        double size = Math.Abs(x);
        return size == 0 ? 0 : Math.CopySign(Math.Max(size - (Math.Pow(size, Power - 1) / beta), 0), x);
    }
}
