using Hone.Compression.LowRank;
using Hone.Graphs;
using Hone.Onnx;
using Hone.Tensors;
using Hone.TestKit;
using MathNet.Numerics.LinearAlgebra;

namespace Hone.Tests.Compression;

public class LowRankFactorizationTests
{
    [Theory]
    [InlineData(30, 12)]
    [InlineData(12, 30)]
    public void Factors_AreTheBestOfTheirRank(int rows, int columns)
    {
        Random random = new(4);
        Matrix<double> matrix = Matrix<double>.Build.Dense(rows, columns, (_, _) => random.NextDouble() - 0.5);
        double[] singular = [.. matrix.Svd(computeVectors: false).S];
        MatrixFactors factors = MatrixFactors.Create(matrix.ToRowMajorArray(), rows, columns, new LowRankOptions { Rank = 5 })!;
        Assert.Equal(Math.Sqrt(singular.Skip(5).Sum(s => s * s) / singular.Sum(s => s * s)), factors.Error, 1e-9);
        Assert.Equal(rows * 5, factors.Left.Length);
    }

    [Fact]
    public void TargetError_IsKeptByTheLeastRank()
    {
        double[] diagonal = [8, 4, 2, 1, 0.5, 0.25, 0, 0, 0, 0];
        double[] matrix = Matrix<double>.Build.Diagonal(10, 10, i => diagonal[i]).ToRowMajorArray();
        double norm = Math.Sqrt(diagonal.Sum(d => d * d));
        double error = Math.Sqrt(1 + 0.25 + 0.0625) / norm;
        MatrixFactors factors = MatrixFactors.Create(matrix, 10, 10, new LowRankOptions { TargetError = error * 1.0001 })!;
        Assert.Equal(3, factors.Rank);
        Assert.Equal(error, factors.Error, 1e-12);
        Assert.Equal(4, MatrixFactors.Create(matrix, 10, 10, new LowRankOptions { TargetError = error * 0.9999 })!.Rank);
        Assert.Null(MatrixFactors.Create(matrix, 10, 10, new LowRankOptions { TargetError = error, LargestRatio = 0.5 }));
    }

    [Fact]
    public void LayersOfLowRank_BecomeTwo_WithTheSameOutputs()
    {
        ChannelNetwork n = new();
        Value x = n.Input(Dimension.Symbolic("N"), 8, 9, 9);
        Value byChannel = n.Node("Conv", [x, LowRank(n, "wide", [20, 8, 3, 3], 20, 72), n.Weight("bias", 20)], ("pads", new long[] { 1, 0, 0, 1 }),
            ("strides", new long[] { 2, 1 }));
        Value pointwise = n.Node("Conv", [byChannel, LowRank(n, "pointwise", [24, 20, 1, 1], 24, 20)]);
        Value pooled = n.Node("Flatten", [n.Node("GlobalAveragePool", [pointwise])]);
        Value product = n.Node("MatMul", [pooled, LowRank(n, "matrix", [24, 16], 24, 16)]);
        Value output = n.Node("Gemm", [product, LowRank(n, "transposed", [18, 16], 18, 16), n.Weight("c", 18)], ("transB", 1), ("alpha", 0.5f),
            ("beta", 2f));
        Graph graph = n.Build(output);
        Graph factorized = graph.Copy();
        IReadOnlyList<FactorizedLayer> layers = LowRankFactorization.Run(factorized, new LowRankOptions { TargetError = 1e-5 });
        Assert.Equal([2, 2, 2, 2], layers.Select(l => l.Rank));
        Assert.Equal(8, factorized.Nodes.Count(c => c.Is("Conv") || c.Is("MatMul") || c.Is("Gemm")));
        Assert.Equal(layers.Sum(l => l.WeightsBefore - l.WeightsAfter) * sizeof(float), graph.ConstantByteCount() - factorized.ConstantByteCount());
        GraphChecker.Check(factorized);
        ShrinkCheck.AssertSameOutputs(graph, factorized, relative: 1e-4);
    }

    [Fact]
    public void SeparableKernels_AreSplitByAxis()
    {
        ChannelNetwork n = new();
        Random random = new(2);
        float[] weight = new float[6 * 6 * 25];
        float[] down = [.. Enumerable.Range(0, 30).Select(_ => random.NextSingle() - 0.5f)];
        float[] along = [.. Enumerable.Range(0, 30).Select(_ => random.NextSingle() - 0.5f)];
        for (int i = 0; i < weight.Length; i++)
        {
            (int o, int c, int y, int x) = (i / 150, i / 25 % 6, i / 5 % 5, i % 5);
            weight[i] = down[(c * 5) + y] * along[(o * 5) + x];
        }

        Value kernel = n.Constant("kernel", Tensor.Create(weight, 6, 6, 5, 5));
        Graph graph = n.Build(n.Node(
            "Conv", [n.Input(Dimension.Symbolic("N"), 6, 11, 12), kernel, n.Weight("bias", 6)], ("pads", new long[] { 2, 1, 0, 3 }),
                ("strides", new long[] { 2, 3 }), ("dilations", new long[] { 1, 2 })));
        Graph factorized = graph.Copy();
        FactorizedLayer layer = Assert.Single(LowRankFactorization.Run(factorized, new LowRankOptions { TargetError = 1e-5 }));
        Assert.Equal((1, 60), (layer.Rank, layer.WeightsAfter));
        Assert.Equal(["[1, 6, 5, 1]", "[6, 1, 1, 5]"], factorized.Nodes.Select(c => c.Input(1)!.Shape!.ToString()));
        GraphChecker.Check(factorized);
        ShrinkCheck.AssertSameOutputs(graph, factorized, relative: 1e-4);
    }

    [Fact]
    public void RealModel_KeepsItsTargetErrors()
    {
        string? path = RepositoryFiles.Shared("models", "ad01.onnx").SingleOrDefault();
        Assert.SkipWhen(path is null, "ad01.onnx is not there.");
        Model model = OnnxReader.Load(path!);
        Model factorized = model.FactorizeLowRank(out IReadOnlyList<FactorizedLayer> layers, new LowRankOptions { TargetError = 0.3 });
        GraphChecker.Check(factorized.Graph);
        Assert.NotEmpty(layers);
        Assert.All(layers, l => Assert.InRange(l.Error, 0, 0.3));
        Assert.True(factorized.Graph.ConstantByteCount() < model.Graph.ConstantByteCount());
    }

    [Fact]
    public void WrongOptions_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MatrixFactors.Create([1], 1, 1, new LowRankOptions { TargetError = 1 }));
        Assert.Throws<ArgumentException>(() => MatrixFactors.Create([1], 1, 2));
        Assert.Throws<ArgumentException>(() => MatrixFactors.Create([double.NaN], 1, 1));
    }

    private static Value LowRank(ChannelNetwork n, string name, long[] shape, int rows, int columns)
    {
        Random random = new(name.Length);
        Matrix<double> left = Matrix<double>.Build.Dense(rows, 2, (_, _) => random.NextDouble() - 0.5);
        Matrix<double> right = Matrix<double>.Build.Dense(2, columns, (_, _) => random.NextDouble() - 0.5);
        return n.Constant(name, Tensor.Create(Array.ConvertAll((left * right).ToRowMajorArray(), e => (float)e), shape));
    }
}
