using Hone.Kernels.Normalization;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

public sealed unsafe class RowNormalizationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100)]
    [InlineData(1000)]
    public void AllFunctions_AnyLength_WithinTolerance(int count)
    {
        Random random = new(count);
        float[] values = [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 20 - 5)];
        float[] gain = [.. values.Select(v => v * 0.1f + 1)], bias = [.. values.Select(v => v - 2)];
        double max = values.Max(), sum = values.Sum(v => Math.Exp(v - max));
        double mean = values.Average(v => (double)v), variance = values.Average(v => (v - mean) * (v - mean)), square = values.Average(v => (double)v * v);
        using GuardedBuffer x = GuardedBuffer.Of<float>(values), y = new(count * 4L), g = GuardedBuffer.Of<float>(gain), b = GuardedBuffer.Of<float>(bias);

        RowNormalization.Softmax((float*)x.Pointer, (float*)y.Pointer, count);
        Close(i => Math.Exp(values[i] - max) / sum, 1e-6, 1e-12);
        RowNormalization.LogSoftmax((float*)x.Pointer, (float*)y.Pointer, count);
        Close(i => values[i] - max - Math.Log(sum), 1e-6, 1e-6);
        RowNormalization.Layer((float*)x.Pointer, (float*)y.Pointer, count, (float*)g.Pointer, (float*)b.Pointer, 1e-5f);
        Close(i => (values[i] - mean) / Math.Sqrt(variance + 1e-5) * gain[i] + bias[i], 1e-5, 2e-5);
        RowNormalization.RootMeanSquare((float*)x.Pointer, (float*)y.Pointer, count, (float*)g.Pointer, 1e-5f);
        Close(i => values[i] / Math.Sqrt(square + 1e-5) * gain[i], 1e-5, 1e-6);

        RowNormalization.Softmax((float*)x.Pointer, (float*)x.Pointer, count);
        Assert.Equal(1, x.Span<float>().ToArray().Sum(v => (double)v), 1e-5);

        void Close(Func<int, double> expected, double relative, double absolute)
        {
            for (int i = 0; i < count; i++)
            {
                double e = expected(i);
                Assert.True(Math.Abs(e - y.Span<float>()[i]) <= relative * Math.Abs(e) + absolute, $"{i}: {y.Span<float>()[i]} instead of {e}");
            }
        }
    }
}
