using Hone.Kernels.Convolution;
using Hone.Kernels.Gemm;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

public sealed unsafe class F32ConvolutionTransposeTests
{
    private static readonly (ConvolutionShape Shape, int Height, int Width, int OutputPadding)[] s_cases =
    [
        (new(16, 8, 2, 2) { StrideHeight = 2, StrideWidth = 2 }, 5, 6, 0),
        (new(20, 33, 3, 3) { StrideHeight = 2, StrideWidth = 2, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 4, 5, 1),
        (new(3, 5, 4, 4) { StrideHeight = 2, StrideWidth = 2, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 6, 4, 0),
        (new(8, 8, 3, 3) { Groups = 2 }, 4, 4, 0),
        (new(4, 6, 2, 2) { StrideHeight = 3, StrideWidth = 3 }, 4, 3, 2),
        (new(16, 16, 3, 3) { StrideHeight = 2, StrideWidth = 3, DilationHeight = 2, DilationWidth = 3, PadTop = 2 }, 4, 3, 0),
        (new(6, 6, 5, 3) { StrideHeight = 1, StrideWidth = 2, DilationHeight = 3, PadTop = 4, PadLeft = 1 }, 7, 5, 0),
    ];

    public static TheoryData<string> EngineNames => Engines.Names(TileType.Float32);

    [Theory]
    [MemberData(nameof(EngineNames))]
    public void Run_AllCases_MatchesScatterDefinition(string engine)
    {
        foreach ((ConvolutionShape s, int height, int width, int outputPadding) in s_cases)
        {
            Random random = new(7);
            int oh = (height - 1) * s.StrideHeight - s.PadTop - s.PadBottom + (s.KernelHeight - 1) * s.DilationHeight + 1 + outputPadding;
            int ow = (width - 1) * s.StrideWidth - s.PadLeft - s.PadRight + (s.KernelWidth - 1) * s.DilationWidth + 1 + outputPadding;
            float[] input = [.. Enumerable.Range(0, 2 * height * width * s.InChannels).Select(_ => random.NextSingle() - 0.5f)];
            float[] weights = [.. Enumerable.Range(0, s.Depth * s.OutChannels).Select(_ => random.NextSingle() - 0.5f)];
            float[] bias = [.. Enumerable.Range(0, s.OutChannels).Select(_ => random.NextSingle())];
            double[] expected = new double[2 * oh * ow * s.OutChannels];
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] = bias[i % s.OutChannels];
            }

            for (int p = 0; p < 2 * height * width; p++)
            {
                int n = p / (height * width), y = p / width % height, x = p % width;
                for (int ic = 0; ic < s.InChannels; ic++)
                {
                    for (int w = 0; w < s.GroupOutChannels * s.KernelHeight * s.KernelWidth; w++)
                    {
                        int oc = w / (s.KernelHeight * s.KernelWidth), kh = w / s.KernelWidth % s.KernelHeight, kw = w % s.KernelWidth;
                        int oy = y * s.StrideHeight - s.PadTop + kh * s.DilationHeight, ox = x * s.StrideWidth - s.PadLeft + kw * s.DilationWidth;
                        if (oy >= 0 && oy < oh && ox >= 0 && ox < ow)
                        {
                            int channel = ic / s.GroupInChannels * s.GroupOutChannels + oc;
                            expected[((n * oh + oy) * ow + ox) * s.OutChannels + channel] += (double)input[p * s.InChannels + ic] * weights[ic * s.GroupOutChannels * s.KernelHeight * s.KernelWidth + w];
                        }
                    }
                }
            }

            using GuardedBuffer source = GuardedBuffer.Of<float>(input), target = new(expected.Length * 4L, true);
            target.Span<float>().Fill(float.NaN);
            using F32ConvolutionTranspose operation = new(s, weights, bias, default, Engines.ByName(engine));
            operation.Run(new ConvolutionArguments
            {
                Input = source.Pointer, InputStride = s.InChannels, Batch = 2, Height = height, Width = width,
                Output = target.Pointer, OutputStride = s.OutChannels, OutputHeight = oh, OutputWidth = ow, Pool = Pools.Three,
            });
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], target.Span<float>()[i], 1e-5);
            }
        }
    }
}
