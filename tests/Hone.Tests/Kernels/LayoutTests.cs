using Hone.Kernels.Layout;
using Hone.Kernels.Resize;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

public sealed unsafe class LayoutTests
{
    [Theory]
    [InlineData(new[] { 2, 3, 5, 7 }, new[] { 0, 2, 3, 1 })]
    [InlineData(new[] { 2, 19, 8, 9 }, new[] { 0, 3, 1, 2 })]
    [InlineData(new[] { 70, 67 }, new[] { 1, 0 })]
    [InlineData(new[] { 3, 4, 5 }, new[] { 0, 1, 2 })]
    [InlineData(new[] { 3, 4, 5 }, new[] { 2, 1, 0 })]
    [InlineData(new[] { 2, 3, 4, 5, 6 }, new[] { 4, 0, 2, 1, 3 })]
    [InlineData(new[] { 2, 3, 4, 5 }, new[] { 0, 2, 1, 3 })]
    [InlineData(new[] { 1, 1, 7 }, new[] { 2, 0, 1 })]
    [InlineData(new[] { 3, 0, 7 }, new[] { 2, 0, 1 })]
    [InlineData(new int[0], new int[0])]
    public void Permute_AnyElementSize_MovesEveryElement(int[] shape, int[] permutation)
    {
        Check<byte>(i => (byte)i);
        Check<ushort>(i => (ushort)(i * 7));
        Check<uint>(i => (uint)i * 2654435761);
        Check<ulong>(i => (ulong)i * 0x9E3779B97F4A7C15);

        void Check<T>(Func<int, T> value)
            where T : unmanaged
        {
            int total = shape.Aggregate(1, (a, b) => a * b), rank = shape.Length;
            T[] source = [.. Enumerable.Range(0, total).Select(value)];
            using GuardedBuffer x = GuardedBuffer.Of<T>(source), y = new((long)total * sizeof(T), true);
            Transpose.Permute((T*)x.Pointer, (T*)y.Pointer, shape, permutation);
            for (int at = 0; at < total; at++)
            {
                int rest = at, offset = 0;
                for (int d = rank - 1; d >= 0; d--)
                {
                    int axis = permutation[d], index = rest % shape[axis];
                    rest /= shape[axis];
                    offset += index * shape[(axis + 1)..].Aggregate(1, (a, b) => a * b);
                }

                Assert.Equal(source[offset], y.Span<T>()[at]);
            }
        }
    }

    [Theory]
    [InlineData(3, 50)]
    [InlineData(64, 49)]
    [InlineData(17, 70)]
    public void ToChannelsLast_AndBack_RoundTrips(int channels, int pixels)
    {
        float[] values = [.. Enumerable.Range(0, 2 * channels * pixels).Select(i => (float)i)];
        int stride = channels + 5;
        using GuardedBuffer x = GuardedBuffer.Of<float>(values), y = new(((2L * pixels - 1) * stride + channels) * 4), z = new(values.Length * 4L);
        Transpose.ToChannelsLast((float*)x.Pointer, (float*)y.Pointer, stride, 2, channels, pixels);
        Assert.Equal(values[channels * pixels + 2 * pixels + 7], y.Span<float>()[(pixels + 7) * stride + 2]);
        Transpose.ToChannelsFirst((float*)y.Pointer, stride, (float*)z.Pointer, 2, channels, pixels);
        Assert.Equal(values, z.Span<float>().ToArray());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(32)]
    [InlineData(61)]
    public void Rows_Strided_CopiesRowsOnly(int rowBytes)
    {
        byte[] source = [.. Enumerable.Range(0, 5 * 64).Select(i => (byte)i)];
        using GuardedBuffer x = GuardedBuffer.Of<byte>(source), y = new(4 * 70 + rowBytes);
        StridedCopy.Rows(x.Pointer, 64, y.Pointer, 70, rowBytes, 5);
        for (int i = 0; i < y.Length; i++)
        {
            Assert.Equal(i % 70 < rowBytes ? source[i / 70 * 64 + i % 70] : 0, y.Span<byte>()[i]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(33)]
    public void Resize_NearestAndBilinear_EqualDefinition(int channels)
    {
        const int height = 4, width = 5, outHeight = 7, outWidth = 8;
        float[] values = [.. Enumerable.Range(0, 2 * height * width * channels).Select(i => MathF.Sin(i))];
        float[] ys = [.. Enumerable.Range(0, outHeight).Select(i => (i + 0.5f) * height / outHeight - 0.5f)], xs = [.. Enumerable.Range(0, outWidth).Select(i => (i + 0.5f) * width / outWidth - 0.5f)];
        using GuardedBuffer x = GuardedBuffer.Of<float>(values), y = new(2L * outHeight * outWidth * channels * 4);
        ResizeArguments arguments = new()
        {
            Input = x.Pointer, InputStride = channels, Batch = 2, Height = height, Width = width, Channels = channels,
            Output = y.Pointer, OutputStride = channels, OutputHeight = outHeight, OutputWidth = outWidth, Pool = Pools.Three,
        };
        ResizeMap.Bilinear(ResizeAxis.Linear(ys, height), ResizeAxis.Linear(xs, width), arguments);
        Check((n, oy, ox, c) =>
        {
            double fy = Math.Clamp(ys[oy], 0, height - 1), fx = Math.Clamp(xs[ox], 0, width - 1);
            int y0 = (int)fy, x0 = (int)fx, y1 = Math.Min(y0 + 1, height - 1), x1 = Math.Min(x0 + 1, width - 1);
            double wy = fy - y0, wx = fx - x0;
            return (At(n, y0, x0, c) * (1 - wy) + At(n, y1, x0, c) * wy) * (1 - wx) + (At(n, y0, x1, c) * (1 - wy) + At(n, y1, x1, c) * wy) * wx;
        }, 1e-5);

        int[] rows = [.. ys.Select(v => (int)MathF.Floor(v + 0.5f))], columns = [.. xs.Select(v => (int)MathF.Floor(v + 0.5f))];
        ResizeMap.Nearest(ResizeAxis.Nearest(rows, height), ResizeAxis.Nearest(columns, width), 4, arguments);
        Check((n, oy, ox, c) => At(n, Math.Clamp(rows[oy], 0, height - 1), Math.Clamp(columns[ox], 0, width - 1), c), 0);

        double At(int n, int iy, int ix, int c) => values[((n * height + iy) * width + ix) * channels + c];

        void Check(Func<int, int, int, int, double> expected, double tolerance)
        {
            int at = 0;
            for (int n = 0; n < 2; n++)
            {
                for (int oy = 0; oy < outHeight; oy++)
                {
                    for (int ox = 0; ox < outWidth; ox++)
                    {
                        for (int c = 0; c < channels; c++)
                        {
                            Assert.Equal(expected(n, oy, ox, c), y.Span<float>()[at++], tolerance);
                        }
                    }
                }
            }
        }
    }
}
