using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Elementwise;
using Hone.Kernels.Gemm;
using Hone.Kernels.MatMul;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

public sealed unsafe class MatMulTests
{
    private static readonly (int M, int N, int K)[] s_sizes = [(1, 1, 1), (1, 130, 33), (7, 64, 5), (13, 65, 70), (49, 20, 129), (6, 48, 16), (100, 17, 3)];

    public static TheoryData<string> Float => Engines.Names(TileType.Float32);

    public static TheoryData<string> BFloat16 => Engines.Names(TileType.BFloat16);

    public static TheoryData<string> Int8 => Engines.Names(TileType.UInt8Int8);

    [Theory]
    [MemberData(nameof(Float))]
    public void F32MatMul_BothOrders_MatchesDefinition(string engine)
    {
        KernelOptions options = Engines.ByName(engine);
        foreach ((int m, int n, int k) in s_sizes)
        {
            foreach (bool transposed in new[] { false, true })
            {
                float[] a = Values(m * k, 1), b = Values(k * n, 2), bias = Values(n, 3);
                using GuardedBuffer x = GuardedBuffer.Of<float>(a), y = new((long)m * n * 4, true);
                using F32MatMul product = new(k, n, b, transposed, bias, new F32Epilogue(Activation.Relu), options);
                product.Run(new MatMulArguments { Input = x.Pointer, InputStride = k, Rows = m, Output = y.Pointer, OutputStride = n, Pool = Pools.Three });
                Check(m, n, k, (i, j) => Math.Max(0, bias[j] + Enumerable.Range(0, k).Sum(p => (double)a[i * k + p] * b[transposed ? j * k + p : p * n + j])), y.Span<float>());
            }
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(BFloat16))]
    public void F32MatMul_BFloat16_MatchesRoundedOperands(string engine)
    {
        KernelOptions options = Engines.ByName(engine);
        foreach ((int m, int n, int k) in s_sizes)
        {
            float[] a = Values(m * k, 1), b = Values(k * n, 2), bias = Values(n, 3);
            using GuardedBuffer x = GuardedBuffer.Of<float>(a), y = new((long)m * n * 4, true);
            using F32MatMul product = new(k, n, b, false, bias, default, options);
            Assert.Equal(engine, product.KernelId);
            product.Run(new MatMulArguments { Input = x.Pointer, InputStride = k, Rows = m, Output = y.Pointer, OutputStride = n, Pool = Pools.Three });
            Check(m, n, k, (i, j) => bias[j] + Enumerable.Range(0, k).Sum(p => (double)Rounded(a[i * k + p]) * Rounded(b[p * n + j])), y.Span<float>());
        }

        static float Rounded(float value) => BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(value) + 0x7FFF + ((BitConverter.SingleToUInt32Bits(value) >> 16) & 1)) & 0xFFFF0000);
    }

    /// <summary>Sums that kernels take in pieces, with all that an epilogue can do; a row's bits do not depend on the other rows.</summary>
    [Theory]
    [MemberData(nameof(Float))]
    public void F32MatMul_LongSum_MatchesDefinition(string engine)
    {
        const int m = 15, n = 69, k = 8300;
        float[] a = Values(m * k, 1), b = Values(k * n, 2), bias = Values(n, 3), added = Values(m * n, 4);
        using GuardedBuffer x = GuardedBuffer.Of<float>(a), r = GuardedBuffer.Of<float>(added), y = new((long)m * n * 4, true), row = new(n * 4, true);
        using F32MatMul product = new(k, n, b, false, bias, new F32Epilogue(Activation.Relu, true), Engines.ByName(engine));
        MatMulArguments arguments = new() { Input = x.Pointer, InputStride = k, Rows = m, Residual = r.Pointer, ResidualStride = n, Output = y.Pointer, OutputStride = n, Pool = Pools.Three };
        product.Run(arguments);
        Check(m, n, k, (i, j) => Math.Max(0, bias[j] + added[i * n + j] + Enumerable.Range(0, k).Sum(p => (double)a[i * k + p] * b[p * n + j])), y.Span<float>());
        product.Run(arguments with { Rows = 1, Output = row.Pointer, Pool = Pools.One });
        Assert.Equal(y.Span<float>()[..n].ToArray(), row.Span<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Float))]
    public void F32BatchMatMul_StridedBatches_MatchesDefinition(string engine)
    {
        using F32BatchMatMul product = new(Engines.ByName(engine));
        foreach ((int m, int n, int k) in s_sizes)
        {
            foreach (bool transposed in new[] { false, true })
            {
                // [2, rows, 3 heads, depth] for A and C; B has no outer dimension.
                const int outer = 2, inner = 3;
                float[] a = Values(outer * m * inner * k, 1), b = Values(inner * k * n, 2);
                using GuardedBuffer x = GuardedBuffer.Of<float>(a), w = GuardedBuffer.Of<float>(b), y = new((long)outer * m * inner * n * 4, true);
                product.Run(new BatchMatMulArguments
                {
                    Outer = outer, Inner = inner, M = m, N = n, K = k,
                    A = (float*)x.Pointer, ARowStride = inner * k, AOuterStride = m * inner * k, AInnerStride = k,
                    B = (float*)w.Pointer, BIsTransposed = transposed, BRowStride = transposed ? k : n, BOuterStride = 0, BInnerStride = k * n,
                    C = (float*)y.Pointer, CRowStride = inner * n, COuterStride = m * inner * n, CInnerStride = n,
                    Pool = Pools.Three,
                });
                for (int o = 0; o < outer; o++)
                {
                    for (int h = 0; h < inner; h++)
                    {
                        float[] actual = new float[m * n];
                        for (int i = 0; i < m; i++)
                        {
                            y.Span<float>().Slice(((o * m + i) * inner + h) * n, n).CopyTo(actual.AsSpan(i * n));
                        }

                        Check(m, n, k, (i, j) => Enumerable.Range(0, k).Sum(p => (double)a[((o * m + i) * inner + h) * k + p] * b[h * k * n + (transposed ? j * k + p : p * n + j)]), actual);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Int8))]
    public void Int8MatMul_Dynamic_SameBitsAsDefinition(string engine)
    {
        KernelOptions options = Engines.ByName(engine);
        foreach ((int m, int n, int k) in s_sizes)
        {
            Random random = new(m * n * k);
            byte[] a = new byte[m * k];
            sbyte[] b = new sbyte[k * n];
            random.NextBytes(a);
            random.NextBytes((byte[])(Array)b);
            float[] scales = Values(n, 3), bias = Values(n, 4);
            const float inputScale = 0.037f;
            const int zeroPoint = 113;
            using GuardedBuffer x = GuardedBuffer.Of<byte>(a), y = new((long)m * n * 4, true);
            using Int8MatMul product = new(k, n, b, false, [], new Int8Epilogue { Output = Int8Output.Float32, Multipliers = scales, FloatBias = bias }, options);
            product.RunDynamic(new MatMulArguments { Input = x.Pointer, InputStride = k, Rows = m, Output = y.Pointer, OutputStride = n, Pool = Pools.Three }, inputScale, zeroPoint);
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    int sum = Enumerable.Range(0, k).Sum(p => (a[i * k + p] - zeroPoint) * b[p * n + j]);
                    float scaled = sum * (inputScale * scales[j]);
                    Assert.Equal(scaled + bias[j], y.Span<float>()[i * n + j]);
                }
            }
        }
    }

    private static void Check(int m, int n, int k, Func<int, int, double> expected, ReadOnlySpan<float> actual)
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double e = expected(i, j);
                Assert.True(Math.Abs(e - actual[i * n + j]) <= 1.2e-7 * (k + 8) * Math.Sqrt(k) + 1e-6, $"{m}x{n}x{k} ({i}, {j}): {actual[i * n + j]} instead of {e}");
            }
        }
    }

    private static float[] Values(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
