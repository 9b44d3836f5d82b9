namespace Hone.Quantization.WeightOnly;

/// <summary>Lowers the error of a row's output further, by changing one code or one scale at a time.</summary>
/// <remarks>
/// Behdin et al., "QuantEase: Optimization-based Quantization for Language Models", 2023, section 3: with e = w - ŵ and r = H e, the best value of
/// weight k with all others fixed is <c>ŵ[k] + r[k] / H[k, k]</c>, rounded to its grid. The scale of a block has a closed form likewise: with q its
/// codes less the zero point, it moves by <c>q · r / (qᵀ H q)</c>. Neither can raise <c>eᵀ H e</c>.
/// </remarks>
internal static class CoordinateDescent
{
    /// <param name="matrix">Codes, scales and zero points to improve.</param>
    /// <param name="output">The row.</param>
    /// <param name="hessian">[depth, depth], symmetric.</param>
    /// <param name="sweeps">Times that every code and scale is looked at.</param>
    internal static void Improve(BlockedMatrix matrix, int output, double[] hessian, int sweeps)
    {
        int depth = matrix.Depth;
        Span<int> codes = matrix.Codes.AsSpan(output * depth, depth);
        double[] gradient = Gradient(matrix, output, hessian);
        for (int sweep = 0; sweep < sweeps; sweep++)
        {
            bool hasChanged = false;
            for (int k = 0; k < depth; k++)
                hasChanged |= ImproveCode(k, codes);
            for (int block = 0; block < matrix.Blocks; block++)
                ImproveScale(block, codes);
            if (!hasChanged)
                break;
        }

        bool ImproveCode(int k, Span<int> codes)
        {
            BlockGrid grid = matrix.Grid(output, k / matrix.BlockSize);
            double curvature = hessian[(k * depth) + k];
            if (curvature == 0)
                return false;
            float value = grid.Value(codes[k]);
            int code = grid.Code((float)(value + (gradient[k] / curvature)));
            if (code == codes[k])
                return false;
            Move(k, grid.Value(code) - value);
            codes[k] = code;
            return true;
        }

        void ImproveScale(int block, Span<int> codes)
        {
            BlockGrid grid = matrix.Grid(output, block);
            int first = block * matrix.BlockSize, end = Math.Min(depth, first + matrix.BlockSize);
            double slope = 0, curvature = 0;
            for (int i = first; i < end; i++)
            {
                double steps = codes[i] - grid.ZeroPoint;
                slope += steps * gradient[i];
                for (int j = first; j < end; j++)
                    curvature += steps * hessian[(i * depth) + j] * (codes[j] - grid.ZeroPoint);
            }

            float scale = curvature > 0 ? (float)(grid.Scale + (slope / curvature)) : grid.Scale;
            scale = matrix.Storable(scale);
            if (!(scale > 0))
                return;
            matrix.Scales[(output * matrix.Blocks) + block] = scale;
            for (int i = first; i < end; i++)
                Move(i, (codes[i] - grid.ZeroPoint) * (scale - grid.Scale));
        }

        void Move(int k, double change)
        {
            ReadOnlySpan<double> row = hessian.AsSpan(k * depth, depth);
            for (int j = 0; j < row.Length; j++)
                gradient[j] -= row[j] * change;
        }
    }

    private static double[] Gradient(BlockedMatrix matrix, int output, double[] hessian)
    {
        int depth = matrix.Depth;
        double[] gradient = new double[depth];
        for (int k = 0; k < depth; k++)
        {
            double error = matrix.Weights[(output * depth) + k] - matrix.Grid(output, k / matrix.BlockSize).Value(matrix.Codes[(output * depth) + k]);
            ReadOnlySpan<double> row = hessian.AsSpan(k * depth, depth);
            for (int j = 0; j < depth; j++)
                gradient[j] += row[j] * error;
        }

        return gradient;
    }
}
