using Hone.Kernels.Pooling;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

public sealed unsafe class PoolTests
{
    private static readonly (PoolingShape Shape, int Batch, int Height, int Width)[] s_cases =
    [
        (new(2, 2) { StrideHeight = 2, StrideWidth = 2 }, 2, 8, 7),
        (new(3, 3) { StrideHeight = 2, StrideWidth = 2, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 1, 9, 10),
        (new(3, 3) { StrideHeight = 2, StrideWidth = 2, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1, CountIncludePad = true }, 1, 9, 10),
        (new(3, 3) { StrideHeight = 2, StrideWidth = 2, CeilMode = true }, 1, 8, 8),
        (new(3, 3) { StrideHeight = 2, StrideWidth = 2, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1, CeilMode = true, CountIncludePad = true }, 1, 8, 7),
        (new(2, 3) { DilationHeight = 2, DilationWidth = 3, PadTop = 1, PadLeft = 2 }, 1, 7, 11),
        (new(7, 5), 2, 7, 5),
        (new(1, 1), 1, 3, 3),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(19)]
    [InlineData(67)]
    [InlineData(300)]
    public void AllKinds_AllShapes_EqualDefinition(int channels)
    {
        int seed = channels;
        foreach ((PoolingShape shape, int batch, int height, int width) in s_cases)
        {
            Random random = new(seed++);
            int stride = channels + seed % 3, outputs = batch * shape.OutputHeight(height) * shape.OutputWidth(width);
            float[] floats = [.. Enumerable.Range(0, batch * height * width * channels).Select(_ => random.NextSingle() * 2 - 1)];
            byte[] bytes = new byte[floats.Length];
            random.NextBytes(bytes);
            PoolQuantization quantization = new(0.03f, seed % 2 == 0 ? 0 : 255, 0.05f, 77);

            Check<float, float>(shape, batch, height, width, channels, stride, floats, Pool.MaxF32, w => w.Inside.Aggregate(float.NegativeInfinity, MathF.Max));
            Check<byte, byte>(shape, batch, height, width, channels, stride, bytes, Pool.MaxU8, w => w.Inside.Max());
            Check<sbyte, sbyte>(shape, batch, height, width, channels, stride, [.. bytes.Select(b => unchecked((sbyte)b))], Pool.MaxS8, w => w.Inside.Max());
            Check<float, float>(shape, batch, height, width, channels, stride, floats, Pool.AverageF32, w => w.Inside.Aggregate(0f, (a, b) => a + b) / w.Count);
            Check<byte, byte>(
                shape, batch, height, width, channels, stride, bytes,
                (in PoolingShape s, in PoolingArguments a) => Pool.AverageU8(s, a, quantization),
                w =>
                {
                    int sum = w.Inside.Sum(b => b - quantization.InputZeroPoint);
                    float scaled = sum * (quantization.InputScale / quantization.OutputScale);
                    return (byte)Int8Reference.Saturate(scaled / w.Count, quantization.OutputZeroPoint, int.MinValue, int.MaxValue, false);
                });
            Assert.True(outputs > 0);
        }
    }

    [Fact]
    public void MaxF32_NaN_Wins()
    {
        float[] values = [.. Enumerable.Repeat(1f, 9 * 16)];
        values[4 * 16 + 3] = float.NaN;
        using GuardedBuffer x = GuardedBuffer.Of<float>(values), y = new(16 * 4);
        Pool.MaxF32(new PoolingShape(3, 3), new PoolingArguments { Input = x.Pointer, InputStride = 16, Batch = 1, Height = 3, Width = 3, Channels = 16, Output = y.Pointer, OutputStride = 16, Pool = Pools.One });
        Assert.True(float.IsNaN(y.Span<float>()[3]));
        Assert.Equal(1, y.Span<float>()[4]);
    }

    private delegate void Kernel(in PoolingShape shape, in PoolingArguments arguments);

    private static void Check<TIn, TOut>(
        PoolingShape shape, int batch, int height, int width, int channels, int stride, TIn[] values, Kernel kernel, Func<(List<TIn> Inside, int Count), TOut> reduce)
        where TIn : unmanaged
        where TOut : unmanaged
    {
        int oh = shape.OutputHeight(height), ow = shape.OutputWidth(width);
        using GuardedBuffer x = new(((long)batch * height * width * stride - (stride - channels)) * sizeof(TIn)), y = new((long)batch * oh * ow * channels * sizeof(TOut), true);
        Strided.Scatter<TIn>(values, x.Span<TIn>(), channels, stride);
        kernel(shape, new PoolingArguments
        {
            Input = x.Pointer, InputStride = stride, Batch = batch, Height = height, Width = width, Channels = channels, Output = y.Pointer, OutputStride = channels, Pool = Pools.Three,
        });
        int at = 0;
        for (int n = 0; n < batch; n++)
        {
            for (int oy = 0; oy < oh; oy++)
            {
                for (int ox = 0; ox < ow; ox++)
                {
                    for (int c = 0; c < channels; c++, at++)
                    {
                        List<TIn> inside = [];
                        int count = 0;
                        for (int i = 0; i < shape.KernelHeight; i++)
                        {
                            for (int j = 0; j < shape.KernelWidth; j++)
                            {
                                int iy = oy * shape.StrideHeight - shape.PadTop + i * shape.DilationHeight, ix = ox * shape.StrideWidth - shape.PadLeft + j * shape.DilationWidth;
                                bool isInside = iy >= 0 && iy < height && ix >= 0 && ix < width;
                                bool isPadded = iy < height + shape.PadBottom && ix < width + shape.PadRight;
                                if (isInside)
                                {
                                    inside.Add(values[((n * height + iy) * width + ix) * channels + c]);
                                }

                                count += isInside || (shape.CountIncludePad && isPadded) ? 1 : 0;
                            }
                        }

                        Assert.Equal(reduce((inside, count)), y.Span<TOut>()[at]);
                    }
                }
            }
        }
    }
}
