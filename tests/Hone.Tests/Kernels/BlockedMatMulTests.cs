using Hone.Kernels.Blocked;
using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Elementwise;
using Hone.Kernels.Emit;
using Hone.Kernels.MatMul;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

public sealed unsafe class BlockedMatMulTests
{
    private static readonly (int M, int N, int K)[] s_sizes =
        [(1, 1, 1), (1, 64, 32), (1, 130, 300), (2, 17, 40), (3, 64, 129), (4, 33, 70), (5, 20, 16), (7, 65, 96), (8, 48, 257), (13, 100, 64), (50, 37, 128)];

    public static TheoryData<Isa, bool> Tiers
    {
        get
        {
            TheoryData<Isa, bool> tiers = [];
            foreach (Isa isa in new[] { Isa.Portable, Isa.Avx2, Isa.Avx512, Isa.Avx512Vnni })
            {
                if (CpuInfo.Features.Supports(isa))
                {
                    tiers.Add(isa, true);
                }
            }

            if (CpuInfo.Features.Supports(Isa.Avx512Vnni) && ExecutableMemory.Instance is not null)
            {
                tiers.Add(Isa.Avx512Vnni, false);
            }

            return tiers;
        }
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Run_Exact_MatchesDefinition(Isa isa, bool isStatic)
    {
        foreach ((int m, int n, int k) in s_sizes)
        {
            foreach ((int size, int bits, bool hasZeroPoints, bool isHalf) in new[] { (32, 4, false, false), (32, 4, true, true), (16, 4, true, false), (128, 4, false, true), (32, 8, false, false), (64, 8, true, false) })
            {
                Check(m, n, k, Weights(n, k, size, bits, hasZeroPoints, isHalf), ProductAccuracy.Exact, new KernelOptions { MaxIsa = isa, StaticKernels = isStatic }, 2e-6);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Run_Int8_StaysWithinHalfAStepOfEachBlock(Isa isa, bool isStatic)
    {
        foreach ((int m, int n, int k) in s_sizes)
        {
            foreach ((int size, int bits, bool hasZeroPoints) in new[] { (32, 4, false), (32, 4, true), (256, 4, false), (16, 8, true) })
            {
                Check(m, n, k, Weights(n, k, size, bits, hasZeroPoints, false), ProductAccuracy.Int8, new KernelOptions { MaxIsa = isa, StaticKernels = isStatic }, 0.5 / 127);
            }
        }
    }

    [Fact]
    public void Run_ZeroAndTinyRows_AreExact()
    {
        BlockedWeights weights = Weights(20, 64, 32, 4, true, false);
        using BlockedMatMul product = new(weights, ProductAccuracy.Int8, []);
        float[] rows = new float[3 * 64];
        rows[64 + 5] = 1e-42f;
        rows[128 + 40] = float.PositiveInfinity;
        using GuardedBuffer x = GuardedBuffer.Of<float>(rows), y = new(3L * 20 * 4, true);
        product.Run(new MatMulArguments { Input = x.Pointer, InputStride = 64, Rows = 3, Output = y.Pointer, OutputStride = 20 });
        Assert.All(y.Span<float>()[..40].ToArray(), value => Assert.InRange(value, -1e-38f, 1e-38f));
        Assert.All(y.Span<float>()[40..].ToArray(), value => Assert.False(float.IsFinite(value)));
    }

    [Fact]
    public void WrongSizes_Throw()
    {
        BlockedWeights weights = Weights(4, 32, 32, 4, false, false);
        Assert.Throws<ArgumentException>(() => new BlockedMatMul(weights with { BlockSize = 24 }, ProductAccuracy.Exact, []));
        Assert.Throws<ArgumentException>(() => new BlockedMatMul(weights with { Bits = 3 }, ProductAccuracy.Exact, []));
        Assert.Throws<ArgumentException>(() => new BlockedMatMul(weights with { Scales = new float[3] }, ProductAccuracy.Exact, []));
        Assert.Throws<ArgumentException>(() => new BlockedMatMul(weights, ProductAccuracy.Exact, new float[3]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EmittedCode_OfBothConventions_IsValid(bool isWindows)
    {
        foreach ((int rows, int groups) in new[] { (1, 1), (3, 4), (6, 2), (2, 4), (5, 1) })
        {
            foreach (int size in new[] { 16, 32, 256 })
            {
                BlockedLayout layout = new(0, 0, size, size == 16 ? 8 : 4, rows > 2, groups == 4);
                Assert.NotEmpty(CodeCheck.Decode(BlockedTileEmitter.Emit(new BlockedTileVariant(rows, groups, layout), isWindows)));
            }
        }
    }

    /// <remarks>The tolerance is that of each product, as a share of the largest magnitude of its block of the row.</remarks>
    private static void Check(int m, int n, int k, BlockedWeights weights, ProductAccuracy accuracy, KernelOptions options, double tolerance)
    {
        Random random = new(m + n + k);
        float[] rows = Values(random, m * k), bias = Values(random, n), added = Values(random, m * n);
        using GuardedBuffer x = GuardedBuffer.Of<float>(rows), r = GuardedBuffer.Of<float>(added), y = new((long)m * n * 4, true);
        using BlockedMatMul product = new(weights, accuracy, bias, new F32Epilogue(Activation.Relu, AddsResidual: true), options);
        product.Run(new MatMulArguments
        {
            Input = x.Pointer, InputStride = k, Rows = m, Output = y.Pointer, OutputStride = n, Residual = r.Pointer, ResidualStride = n, Pool = Pools.Three,
        });
        ReadOnlySpan<float> actual = y.Span<float>();
        int blocks = (k + weights.BlockSize - 1) / weights.BlockSize;
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = bias[j] + added[(i * n) + j], allowed = 1e-6;
                for (int block = 0; block < blocks; block++)
                {
                    double largest = 0, magnitude = 0;
                    for (int p = block * weights.BlockSize; p < Math.Min(k, (block + 1) * weights.BlockSize); p++)
                    {
                        double zero = weights.ZeroPoints.Length > 0 ? weights.ZeroPoints[(j * blocks) + block] : 1 << (weights.Bits - 1);
                        double w = (weights.Codes[(j * k) + p] - zero) * weights.Scales[(j * blocks) + block];
                        sum += rows[(i * k) + p] * w;
                        magnitude += Math.Abs(w);
                        largest = Math.Max(largest, Math.Abs(rows[(i * k) + p]));
                    }

                    allowed += largest * magnitude * tolerance;

                    // Codes and zero point are summed apart, each up to 2^bits steps.
                    allowed += largest * weights.BlockSize * (1 << weights.Bits) * weights.Scales[(j * blocks) + block] * 3e-7;
                }

                Assert.True(Math.Abs(Math.Max(sum, 0) - actual[(i * n) + j]) <= allowed, $"{product.KernelId} [{m}, {k}] x [{k}, {n}] at ({i}, {j}): expected {sum}, got {actual[(i * n) + j]}, may differ by {allowed}");
            }
        }
    }

    private static BlockedWeights Weights(int n, int k, int blockSize, int bits, bool hasZeroPoints, bool isHalf)
    {
        Random random = new(n * k);
        int blocks = (k + blockSize - 1) / blockSize;
        float[] scales = [.. Enumerable.Range(0, n * blocks).Select(_ => 0.01f + (0.1f * random.NextSingle()))];
        return new BlockedWeights
        {
            N = n,
            K = k,
            BlockSize = blockSize,
            Bits = bits,
            Codes = [.. Enumerable.Range(0, n * k).Select(_ => (byte)random.Next(1 << bits))],
            Scales = isHalf ? Array.ConvertAll(scales, s => (float)(Half)s) : scales,
            ZeroPoints = hasZeroPoints ? [.. scales.Select(_ => (float)random.Next(1 << bits))] : [],
        };
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-2, 2)))];
}
