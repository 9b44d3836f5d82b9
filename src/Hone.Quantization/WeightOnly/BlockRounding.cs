namespace Hone.Quantization.WeightOnly;

/// <summary>Rounds a matrix block by block, without data.</summary>
internal static class BlockRounding
{
    internal static void Round(BlockedMatrix matrix, WeightOnlyAlgorithm algorithm) => Parallel.For(0, matrix.Outputs, output =>
    {
        for (int block = 0; block < matrix.Blocks; block++)
        {
            ReadOnlySpan<float> weights = matrix.Block(output, block);
            BlockGrid grid = BlockGrid.OfRange(weights, matrix.Spec);
            if (algorithm == WeightOnlyAlgorithm.Hqq)
                grid = HalfQuadratic.Fit(weights, grid, matrix.Spec.IsSymmetric);
            matrix.Round(output, block, grid);
        }
    });
}
