using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;
using Hone.Kernels.Elementwise;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

public sealed unsafe class F32ConvolutionTests
{
    private static readonly (Activation Activation, bool Residual)[] s_epilogues =
        [(Activation.None, false), (Activation.Relu, true), (Activation.Silu, false), (Activation.Clip(-0.5f, 0.75f), false), (Activation.None, true)];

    public static TheoryData<string> EngineNames => Engines.Names(TileType.Float32);

    [Theory]
    [MemberData(nameof(EngineNames))]
    public void Run_AllCases_MatchesDefinition(string engine)
    {
        KernelOptions options = Engines.ByName(engine);
        int seed = 1;
        foreach ((string name, ConvolutionShape shape, int batch, int height, int width) in ConvolutionCases.All)
        {
            // Two of the epilogues each, in turn: neighbouring cases take the others.
            for (int i = 0; i < 2; i++, seed++)
            {
                (Activation activation, bool residual) = s_epilogues[(seed + seed / 8) % s_epilogues.Length];
                Check(name, shape, batch, height, width, activation, residual, options, seed);
            }
        }
    }

    [Theory]
    [InlineData(Accuracy.Exact, 14, 1.0e-6)]
    [InlineData(Accuracy.Default, 7, 1.0e-6)]
    [InlineData(Accuracy.Default, 14, 4.0e-6)]
    [InlineData(Accuracy.Fast, 9, 4.0e-6)]
    public void Run_Accuracy_RootMeanSquareErrorWithinBound(Accuracy accuracy, int size, double bound)
    {
        const int channels = 128;
        ConvolutionShape shape = new(channels, 64, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 };
        Random random = new(11);
        float[] input = [.. Values(random, size * size * channels).Select(v => Math.Max(0, v))], weights = Values(random, shape.Depth * 64);
        using GuardedBuffer x = GuardedBuffer.Of<float>(input), y = new(size * size * 64 * 4L);
        using F32Convolution convolution = new(shape, weights, [], default, new KernelOptions { Accuracy = accuracy });
        convolution.Prepare(size, size);
        convolution.Run(new ConvolutionArguments { Input = x.Pointer, InputStride = channels, Batch = 1, Height = size, Width = size, Output = y.Pointer, OutputStride = 64, Pool = Pools.One });
        Assert.Equal(convolution.KernelId, convolution.KernelIdFor(size, size));
        Assert.Equal(accuracy != Accuracy.Exact, convolution.KernelId.Contains("winograd", StringComparison.Ordinal));
        double[] expected = ConvolutionReference.Sums<float, double>(shape, 1, size, size, input, (a, w) => (double)a * weights[w], _ => 0, (a, b) => a + b);
        double error = 0, scale = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            error += Math.Pow(expected[i] - y.Span<float>()[i], 2);
            scale += expected[i] * expected[i];
        }

        Assert.InRange(Math.Sqrt(error / scale), 1e-9, bound);
    }

    private static void Check(
        string name, ConvolutionShape shape, int batch, int height, int width, Activation activation, bool residual, KernelOptions options, int seed)
    {
        Random random = new(seed);
        int inStride = shape.InChannels + seed % 3, outStride = shape.OutChannels + seed % 2;
        int outHeight = shape.OutputHeight(height), outWidth = shape.OutputWidth(width), pixels = batch * outHeight * outWidth;
        float[] input = Values(random, batch * height * width * shape.InChannels);
        float[] weights = Values(random, shape.Depth * shape.OutChannels), bias = Values(random, shape.OutChannels);
        float[] other = Values(random, pixels * shape.OutChannels);

        using GuardedBuffer x = new(((long)batch * height * width * inStride - (inStride - shape.InChannels)) * 4, seed % 2 == 0);
        using GuardedBuffer y = new(((long)pixels * outStride - (outStride - shape.OutChannels)) * 4, seed % 2 == 1);
        using GuardedBuffer r = GuardedBuffer.Of<float>(other);
        Strided.Scatter<float>(input, x.Span<float>(), shape.InChannels, inStride);
        y.Span<float>().Fill(12345);
        using F32Convolution convolution = new(shape, weights, bias, new F32Epilogue(activation, residual), options);
        convolution.Run(new ConvolutionArguments
        {
            Input = x.Pointer,
            InputStride = inStride,
            Batch = batch,
            Height = height,
            Width = width,
            Output = y.Pointer,
            OutputStride = outStride,
            Residual = residual ? r.Pointer : null,
            ResidualStride = shape.OutChannels,
            Pool = seed % 4 == 0 ? Pools.Three : Pools.One,
        });

        double[] sums = ConvolutionReference.Sums<float, double>(shape, batch, height, width, input, (a, w) => (double)a * weights[w], c => bias[c], (a, b) => a + b);
        double[] magnitudes = ConvolutionReference.Sums<float, double>(shape, batch, height, width, input, (a, w) => Math.Abs((double)a * weights[w]), c => Math.Abs(bias[c]), (a, b) => a + b);
        ReadOnlySpan<float> actual = y.Span<float>();
        for (int p = 0; p < pixels; p++)
        {
            for (int c = 0; c < outStride && p * outStride + c < actual.Length; c++)
            {
                int i = p * shape.OutChannels + c;
                if (c >= shape.OutChannels)
                {
                    Assert.True(actual[p * outStride + c] == 12345, $"{name}: wrote beyond the channels of pixel {p}");
                    continue;
                }

                double expected = UnaryReference.Apply(activation, sums[i] + (residual ? other[i] : 0));
                // Winograd's transforms sum with weights of up to 8 in both directions.
                bool winograd = convolution.KernelId.Contains("winograd", StringComparison.Ordinal);
                double tolerance = (winograd ? 40 : 1) * (shape.Depth + 16) * 1.2e-7 * magnitudes[i] + 1e-6;
                Assert.True(Math.Abs(actual[p * outStride + c] - expected) <= tolerance, $"{name} ({options}): pixel {p} channel {c}: {actual[p * outStride + c]} instead of {expected}, tolerance {tolerance}");
            }
        }
    }

    private static float[] Values(Random random, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = random.NextSingle() * 2 - 1;
        }

        return values;
    }
}
