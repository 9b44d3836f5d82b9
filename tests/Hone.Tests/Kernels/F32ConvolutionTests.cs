using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;
using Hone.Kernels.Elementwise;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

public sealed unsafe class F32ConvolutionTests
{
    public static TheoryData<string> EngineNames => Engines.Names(TileType.Float32);

    [Theory]
    [MemberData(nameof(EngineNames))]
    public void Run_AllCases_MatchesDefinition(string engine)
    {
        KernelOptions options = Engines.ByName(engine);
        int seed = 1;
        foreach ((string name, ConvolutionShape shape, int batch, int height, int width) in ConvolutionCases.All)
        {
            foreach ((Activation activation, bool residual) in new[] { (Activation.None, false), (Activation.Relu, true), (Activation.Silu, false), (Activation.Clip(-0.5f, 0.75f), false) })
            {
                Check(name, shape, batch, height, width, activation, residual, options, seed++);
            }
        }
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

        double[] sums = ConvolutionReference.Sums<float, double>(shape, batch, height, width, input, (a, w) => (double)a * weights[w], weights.Length, c => bias[c], (a, b) => a + b);
        double[] magnitudes = ConvolutionReference.Sums<float, double>(shape, batch, height, width, input, (a, w) => Math.Abs((double)a * weights[w]), weights.Length, c => Math.Abs(bias[c]), (a, b) => a + b);
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
                double tolerance = (shape.Depth + 16) * 1.2e-7 * magnitudes[i] + 1e-6;
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
