using Hone.Graphs;
using Hone.Quantization;
using Hone.Quantization.Observers;
using Hone.Quantization.WeightOnly;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Quantization.WeightOnly;

public class BlockRoundingTests
{
    private static readonly QuantizationSpec Int4 = new() { DataType = DataType.Int4, IsSymmetric = true };
    private static readonly QuantizationSpec UInt4 = new() { DataType = DataType.UInt4 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hqq_LowersThePowerError_AndLeavesExactWeightsAlone(bool isSymmetric)
    {
        QuantizationSpec spec = isSymmetric ? Int4 : UInt4;
        Random random = new(3);
        double before = 0, after = 0;
        for (int trial = 0; trial < 50; trial++)
        {
            float[] weights = [.. Enumerable.Range(0, 32).Select(_ => (float)((random.NextDouble() + random.NextDouble() - 1) * (random.Next(12) == 0 ? 3 : 1)))];
            BlockGrid start = BlockGrid.OfRange(weights, spec), fitted = HalfQuadratic.Fit(weights, start, isSymmetric);
            Assert.True(fitted.Error(weights, 0.7) <= start.Error(weights, 0.7));
            Assert.Equal(isSymmetric ? start.ZeroPoint : fitted.ZeroPoint, fitted.ZeroPoint);
            (before, after) = (before + start.Error(weights, 0.7), after + fitted.Error(weights, 0.7));
        }

        Assert.True(after < 0.98 * before, $"{before} to {after}");
        float[] exact = [-7, -3, 0, 1, 2, 7.5f];
        BlockGrid grid = BlockGrid.OfRange(exact.AsSpan(0, 5), Int4) with { Scale = 1 };
        Assert.Equal(grid, HalfQuadratic.Fit(exact.AsSpan(0, 5), grid, true));
    }

    /// <summary>Two inputs of correlation 1/2: H = [[2, 1], [1, 2]], so H⁻¹ = [[2, -1], [-1, 2]] / 3 and U[0, 1] / U[0, 0] = -1/2.</summary>
    [Fact]
    public void Gptq_TwoInputs_AsByHand()
    {
        // Steps of 1: 0.4 goes to 0 with error 0.4, which adds 0.2 to the second weight: 1.35 becomes 1.55 and goes to 2.
        BlockedMatrix matrix = Matrix([0.4f, 1.35f, 7.5f], 1, 4, Int4);
        double[] hessian = [2, 1, 0, 1, 2, 0, 0, 0, 2];
        Gptq.Round(matrix, hessian, new GptqOptions { Damping = 1e-9f, RefinementSweeps = 0 }, "w");
        Assert.Equal(1, matrix.Scales[0], 0.05f);
        Assert.Equal([0, 2, 7], matrix.Codes);

        // In the other order 1.35 goes to 1 with error 0.35, which makes 0.4 to 0.575: 1.
        matrix = Matrix([0.4f, 1.35f, 7.5f], 1, 4, Int4);
        hessian = [2, 1, 0, 1, 2.0001, 0, 0, 0, 1];
        Gptq.Round(matrix, hessian, new GptqOptions { Damping = 1e-9f, OrdersByActivation = true, RefinementSweeps = 0 }, "w");
        Assert.Equal([1, 1, 7], matrix.Codes);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void Gptq_LowersTheErrorOfTheOutputs(bool isSymmetric, bool ordersByActivation)
    {
        const int Depth = 70, Outputs = 12, Rows = 300;
        Random random = new(5);
        float[] x = CorrelatedRows(random, Rows, Depth);
        float[] weights = [.. Enumerable.Range(0, Outputs * Depth).Select(_ => (float)(random.NextDouble() - 0.5))];
        double[] hessian = new double[Depth * Depth];
        for (int r = 0; r < Rows; r++)
        {
            for (int i = 0; i < Depth * Depth; i++)
                hessian[i] += 2.0 / Rows * x[(r * Depth) + (i / Depth)] * x[(r * Depth) + (i % Depth)];
        }

        BlockedMatrix nearest = Matrix(weights, Outputs, 32, isSymmetric ? Int4 : UInt4), gptq = Matrix(weights, Outputs, 32, isSymmetric ? Int4 : UInt4);
        BlockRounding.Round(nearest, WeightOnlyAlgorithm.RoundToNearest);
        Gptq.Round(gptq, hessian, new GptqOptions { OrdersByActivation = ordersByActivation, RefinementSweeps = 0 }, "w");
        double before = OutputError(nearest, x, Rows), after = OutputError(gptq, x, Rows);
        Assert.True(after < 0.5 * before, $"{before} to {after}");
        Gptq.Round(gptq, hessian, new GptqOptions { OrdersByActivation = ordersByActivation }, "w");
        double refined = OutputError(gptq, x, Rows);
        Assert.True(refined < 0.9 * after, $"{after} to {refined}");
    }

    [Fact]
    public void Cholesky_FactorsAndInverts()
    {
        double[] a = [4, 2, -2, 2, 5, 3, -2, 3, 9];
        Assert.True(Cholesky.TryFactor(a, 3));
        Assert.Equal([2, 0, 0, 1, 2, 0, -1, 2, 2], a);
        Assert.Equal([0.5, 0, 0, -0.25, 0.5, 0, 0.5, -0.5, 0.5], Cholesky.InvertLower(a, 3));
        Assert.False(Cholesky.TryFactor([1, 2, 2, 1], 2));
    }

    private static BlockedMatrix Matrix(float[] weights, int outputs, int blockSize, QuantizationSpec spec)
    {
        GraphBuilder builder = new();
        Value value = builder.Constant("w", Tensor.Create(weights, outputs, weights.Length / outputs));
        return BlockedMatrix.Of(value, 1, blockSize, spec);
    }

    /// <summary>Rows of few hidden causes, as activations are.</summary>
    private static float[] CorrelatedRows(Random random, int rows, int depth)
    {
        const int Causes = 20;
        float[] mixing = RandomTensors.Create(random, DataType.Float32, depth, Causes).ToSingleArray();
        float[] x = new float[rows * depth];
        for (int r = 0; r < rows; r++)
        {
            float[] causes = [.. Enumerable.Range(0, Causes).Select(_ => (float)(random.NextDouble() - 0.5))];
            for (int i = 0; i < depth; i++)
                x[(r * depth) + i] = causes.Select((c, j) => c * mixing[(i * Causes) + j]).Sum() + (0.01f * (float)random.NextDouble());
        }

        return x;
    }

    private static double OutputError(BlockedMatrix matrix, float[] x, int rows)
    {
        double sum = 0;
        for (int output = 0; output < matrix.Outputs; output++)
        {
            for (int r = 0; r < rows; r++)
            {
                double difference = 0;
                for (int k = 0; k < matrix.Depth; k++)
                {
                    int block = (output * matrix.Blocks) + (k / matrix.BlockSize);
                    float value = (matrix.Codes[(output * matrix.Depth) + k] - matrix.ZeroPoints[block]) * matrix.Scales[block];
                    difference += (value - matrix.Weights[(output * matrix.Depth) + k]) * x[(r * matrix.Depth) + k];
                }

                sum += difference * difference;
            }
        }

        return sum;
    }
}
