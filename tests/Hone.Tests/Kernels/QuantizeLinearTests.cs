using Hone.Kernels.Quantization;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

public sealed unsafe class QuantizeLinearTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(128, false)]
    [InlineData(255, false)]
    [InlineData(0, true)]
    [InlineData(-128, true)]
    [InlineData(127, true)]
    public void Quantize_AnyLength_EqualsDefinition(int zeroPoint, bool signed)
    {
        const float scale = 0.5f;
        for (int count = 0; count < 70; count++)
        {
            // Halves: every second value is a tie.
            float[] values = [.. Enumerable.Range(0, count).Select(i => (i - 35) * (i % 7 == 0 ? 100f : 0.25f))];
            using GuardedBuffer x = GuardedBuffer.Of<float>(values), y = new(count, true), z = new(count * 4L);
            QuantizeLinear.Quantize((float*)x.Pointer, y.Pointer, count, scale, zeroPoint, signed);
            QuantizeLinear.Dequantize(y.Pointer, (float*)z.Pointer, count, scale, zeroPoint, signed);
            for (int i = 0; i < count; i++)
            {
                int code = Int8Reference.Saturate(values[i] / scale, zeroPoint, int.MinValue, int.MaxValue, signed);
                Assert.Equal(code, signed ? (sbyte)y.Span<byte>()[i] : y.Span<byte>()[i]);
                Assert.Equal((code - zeroPoint) * scale, z.Span<float>()[i]);
            }
        }
    }

    [Fact]
    public void Quantize_NaNAndInfinities_Saturate()
    {
        using GuardedBuffer x = GuardedBuffer.Of<float>([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3e38f]), y = new(4);
        QuantizeLinear.Quantize((float*)x.Pointer, y.Pointer, 4, 1e-3f, 7);
        Assert.Equal([0, 255, 0, 255], y.Span<byte>().ToArray());
    }

    [Fact]
    public void RangeAndParameters_GiveDynamicQuantizeLinear()
    {
        for (int count = 1; count < 70; count++)
        {
            float[] values = [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i * 1.7f) * 3 + 1)];
            using GuardedBuffer x = GuardedBuffer.Of<float>(values);
            (float min, float max) = QuantizeLinear.Range((float*)x.Pointer, count);
            Assert.Equal(Math.Min(0, values.Min()), min);
            Assert.Equal(Math.Max(0, values.Max()), max);
        }

        // The example of the ONNX specification.
        (float scale, int zeroPoint) = QuantizeLinear.Parameters(-2.5f, 2f);
        Assert.Equal(0.0176470596f, scale);
        Assert.Equal(142, zeroPoint);
        Assert.Equal((1f, 0), QuantizeLinear.Parameters(0, 0));
    }

    [Fact]
    public void Map_AnyLength_EqualsTable()
    {
        byte[] table = [.. Enumerable.Range(0, 256).Select(i => (byte)(i * 37 + 11))], values = [.. Enumerable.Range(0, 700).Select(i => (byte)(i * 101))];
        using GuardedBuffer t = GuardedBuffer.Of<byte>(table);
        foreach (int count in new[] { 0, 1, 3, 4, 31, 32, 33, 63, 64, 65, 127, 700 })
        {
            using GuardedBuffer x = GuardedBuffer.Of<byte>(values.AsSpan(0, count)), y = new(count, true);
            ByteTable.Map(t.Pointer, x.Pointer, y.Pointer, count);
            Assert.Equal(values.Take(count).Select(v => table[v]), y.Span<byte>().ToArray());
        }
    }

    [Fact]
    public void AddAndMultiply_AnyLength_EqualDefinition()
    {
        Random random = new(3);
        Int8BinaryParameters p = new(0.03f, 17, 0.11f, 255, 0.07f, 40) { Min = 40, Max = 200 };
        for (int count = 0; count < 70; count++)
        {
            byte[] a = new byte[count], b = new byte[count];
            random.NextBytes(a);
            random.NextBytes(b);
            using GuardedBuffer x = GuardedBuffer.Of<byte>(a), z = GuardedBuffer.Of<byte>(b, true), y = new(count);
            Int8Binary.Add(x.Pointer, z.Pointer, y.Pointer, count, p);
            byte[] sums = y.Span<byte>().ToArray();
            Int8Binary.Multiply(x.Pointer, z.Pointer, y.Pointer, count, p);
            for (int i = 0; i < count; i++)
            {
                float left = (a[i] - p.ZeroPointA) * p.ScaleA, right = (b[i] - p.ZeroPointB) * p.ScaleB;
                float sum = left + right, product = left * right;
                Assert.Equal(Int8Reference.Saturate(sum / p.Scale, p.ZeroPoint, p.Min, p.Max, false), sums[i]);
                Assert.Equal(Int8Reference.Saturate(product / p.Scale, p.ZeroPoint, p.Min, p.Max, false), y.Span<byte>()[i]);
            }
        }
    }
}
