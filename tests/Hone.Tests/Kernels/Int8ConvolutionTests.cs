using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

public sealed unsafe class Int8ConvolutionTests
{
    public static TheoryData<string> EngineNames => Engines.Names(TileType.UInt8Int8);

    [Theory]
    [MemberData(nameof(EngineNames))]
    public void Run_AllCasesAndOutputs_SameBitsAsDefinition(string engine)
    {
        KernelOptions options = Engines.ByName(engine);
        int seed = 1;
        (Int8Output Output, bool Residual)[] epilogues =
            [(Int8Output.UInt8, false), (Int8Output.UInt8, true), (Int8Output.Int8, false), (Int8Output.Int8, true), (Int8Output.Int32, false), (Int8Output.Float32, false)];
        for (int c = 0; c < ConvolutionCases.All.Length; c++)
        {
            (string name, ConvolutionShape shape, int batch, int height, int width) = ConvolutionCases.All[c];

            // Half of the epilogues each: neighbouring cases take the others.
            for (int e = c % 2; e < epilogues.Length; e += 2)
            {
                Check(name, shape, batch, height, width, epilogues[e].Output, epilogues[e].Residual, options, seed++);
            }
        }
    }

    /// <summary>Pixels next to each other and codes that only their type bounds: the paths of ordinary networks.</summary>
    [Theory]
    [MemberData(nameof(EngineNames))]
    public void Run_ContiguousPixelsWithoutClamps_SameBitsAsDefinition(string engine)
    {
        KernelOptions options = Engines.ByName(engine);
        int seed = 1001;
        foreach ((string name, ConvolutionShape shape, int batch, int height, int width) in ConvolutionCases.All)
        {
            foreach (Int8Output output in new[] { Int8Output.UInt8, Int8Output.Int8 })
            {
                Check(name, shape, batch, height, width, output, residual: seed % 2 == 0, options, seed++, isPlain: true);
            }

            seed++;
        }
    }

    private static void Check(
        string name, ConvolutionShape shape, int batch, int height, int width, Int8Output output, bool residual, KernelOptions options, int seed, bool isPlain = false)
    {
        Random random = new(seed);
        bool signed = seed % 5 == 0, saturating = seed % 3 == 0 && !isPlain;
        int zeroPoint = (seed % 4) switch { 0 => 0, 1 => 255, 2 => 128, _ => 3 } - (signed ? 128 : 0);
        int outHeight = shape.OutputHeight(height), outWidth = shape.OutputWidth(width), pixels = batch * outHeight * outWidth;
        int inStride = shape.InChannels + (isPlain ? 0 : seed % 3), outStride = shape.OutChannels + seed % 2;
        byte[] input = new byte[batch * height * width * shape.InChannels];
        sbyte[] weights = new sbyte[shape.Depth * shape.OutChannels];
        int[] bias = new int[shape.OutChannels];
        float[] multipliers = new float[seed % 2 == 0 ? 1 : shape.OutChannels];
        random.NextBytes(input);
        random.NextBytes((byte[])(Array)weights);
        if (saturating)
        {
            Array.Fill(input, (byte)255);
            Array.Fill(weights, seed % 2 == 0 ? (sbyte)-128 : (sbyte)127);
        }

        for (int c = 0; c < bias.Length; c++)
        {
            bias[c] = random.Next(-20000, 20000);
        }

        for (int c = 0; c < multipliers.Length; c++)
        {
            multipliers[c] = Requantization.Multiplier(0.02f, 0.001f + random.NextSingle() * 0.01f, 0.07f);
        }

        float[] floatBias = output == Int8Output.Float32 ? [.. bias.Select(b => b * 0.001f)] : [];
        bool codes = output is Int8Output.UInt8 or Int8Output.Int8;
        int offset = output == Int8Output.Int8 ? -128 : 0;
        Int8Epilogue epilogue = new()
        {
            InputZeroPoint = zeroPoint,
            InputIsSigned = signed,
            Output = output,
            Multipliers = multipliers,
            FloatBias = floatBias,
            OutputZeroPoint = codes ? 100 + offset : 0,
            Min = codes && seed % 2 == 0 ? 100 + offset : int.MinValue,
            Max = codes && seed % 2 == 1 ? 220 + offset : int.MaxValue,
            Residual = !residual ? null : new Int8Residual
            {
                ProductScale = seed % 4 < 2 ? 0.07f : 0.03125f, Scale = 0.05f, ZeroPoint = 20, IsSigned = seed % 2 == 0, OutputScale = seed % 4 < 2 ? 0.09f : 0.0625f, OutputZeroPoint = 30 + offset, Min = 30 + offset,
            },
        };
        if (isPlain)
        {
            int smallest = seed % 3 == 0 ? offset : 90 + offset;
            epilogue = epilogue with
            {
                OutputZeroPoint = smallest, Min = int.MinValue, Max = int.MaxValue,
                Residual = epilogue.Residual is { } sum ? sum with { ZeroPoint = seed % 4 == 0 ? 0 : 20, OutputZeroPoint = smallest, Min = int.MinValue } : null,
            };
        }

        byte[] other = new byte[pixels * shape.OutChannels];
        random.NextBytes(other);

        int size = codes ? 1 : 4;
        using GuardedBuffer x = new((long)batch * height * width * inStride - (inStride - shape.InChannels), seed % 2 == 0);
        using GuardedBuffer y = new(((long)pixels * outStride - (outStride - shape.OutChannels)) * size, seed % 4 < 2);
        using GuardedBuffer r = GuardedBuffer.Of<byte>(other);
        Strided.Scatter<byte>(input, x.Span<byte>(), shape.InChannels, inStride);
        using Int8Convolution convolution = new(shape, weights, bias, epilogue, options);
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

        int[] sums = ConvolutionReference.Sums<byte, int>(
            shape, batch, height, width, input, (a, w) => ((signed ? (sbyte)a : a) - zeroPoint) * weights[w], c => bias[c], (a, b) => a + b);
        for (int p = 0; p < pixels; p++)
        {
            for (int c = 0; c < shape.OutChannels; c++)
            {
                int i = p * shape.OutChannels + c, at = p * outStride + c;
                float product = sums[i] * multipliers[multipliers.Length == 1 ? 0 : c];
                switch (output)
                {
                    case Int8Output.Int32:
                        Equal(sums[i], y.Span<int>()[at]);
                        break;
                    case Int8Output.Float32:
                        Equal(product + floatBias[c], y.Span<float>()[at]);
                        break;
                    default:
                        int code = Int8Reference.Saturate(product, epilogue.OutputZeroPoint, epilogue.Min, epilogue.Max, output == Int8Output.Int8);
                        if (epilogue.Residual is { } add)
                        {
                            int otherCode = add.IsSigned ? (sbyte)other[i] : other[i];
                            float own = (code - epilogue.OutputZeroPoint) * add.ProductScale, second = (otherCode - add.ZeroPoint) * add.Scale;
                            float sum = own + second;
                            code = Int8Reference.Saturate(sum / add.OutputScale, add.OutputZeroPoint, add.Min, add.Max, output == Int8Output.Int8);
                        }

                        Equal(code, output == Int8Output.Int8 ? (sbyte)y.Span<byte>()[at] : y.Span<byte>()[at]);
                        break;
                }

                void Equal<T>(T expected, T actual) =>
                    Assert.True(EqualityComparer<T>.Default.Equals(expected, actual), $"{name} {output} residual {residual} seed {seed} ({options}): pixel {p} channel {c}: {actual} instead of {expected}");
            }
        }
    }
}
