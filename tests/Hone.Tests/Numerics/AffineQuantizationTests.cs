using Hone.Numerics;

namespace Hone.Tests.Numerics;

public class AffineQuantizationTests
{
    [Theory]
    [InlineData(0, new[] { 0, 2, 2, 0, -2, -2, 4, -4 })]
    [InlineData(1, new[] { 1, 3, 3, 1, -1, -1, 5, -3 })]
    public void Quantize_Ties_GoToEvenBeforeTheZeroPoint(int zeroPoint, int[] expected)
    {
        float[] values = [0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 3.5f, -3.5f];
        Assert.Equal(expected, values.Select(v => AffineQuantization.Quantize(v, 1, zeroPoint, -128, 127)));
        Assert.Equal(expected, values.Select(v => AffineQuantization.QuantizeByReciprocal(v, 1, zeroPoint, -128, 127)));
    }

    [Fact]
    public void Quantize_NextToATie_DivisionAndReciprocalDiffer()
    {
        Assert.Equal(127, AffineQuantization.Quantize(0.273939937f, 0.00214854861f, 0, 0, 255));
        Assert.Equal(128, AffineQuantization.QuantizeByReciprocal(0.273939937f, 0.00214854861f, 0, 0, 255));
    }

    [Theory]
    [InlineData(float.PositiveInfinity, 255)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(float.NaN, 0)]
    [InlineData(float.MaxValue, 255)]
    [InlineData(-float.MaxValue, 0)]
    [InlineData(127.5f, 255)]
    [InlineData(127.4f, 254)]
    [InlineData(-127, 0)]
    public void Quantize_Saturates(float value, int expected) => Assert.Equal(expected, AffineQuantization.Quantize(value, 1, 127, 0, 255));

    [Theory]
    [InlineData(-32768, 32767, -32768)]
    [InlineData(-32768, 32767, 32767)]
    [InlineData(0, 65535, 65535)]
    public void Quantize_SixteenBitsWithAnExtremeZeroPoint_Saturates(int minimum, int maximum, int zeroPoint)
    {
        Assert.Equal(zeroPoint, AffineQuantization.Quantize(0, 1, zeroPoint, minimum, maximum));
        Assert.Equal(maximum, AffineQuantization.Quantize(70000, 1, zeroPoint, minimum, maximum));
        Assert.Equal(minimum, AffineQuantization.Quantize(-70000, 1, zeroPoint, minimum, maximum));
    }

    [Fact]
    public void Requantize_Ties_GoToEven() =>
        Assert.Equal([1, 2, 3, 3, 3, 4, 5, 5], Enumerable.Range(1, 8).Select(acc => AffineQuantization.Requantize(acc, AffineQuantization.Multiplier(1, 1, 2), 1, 0, 255)));

    [Theory]
    [InlineData(0, 0, 1f, 0)]
    [InlineData(-1, 2, 3f / 255, 85)]
    [InlineData(0.1f, 2, 2f / 255, 0)]
    [InlineData(-3, -1, 3f / 255, 255)]
    [InlineData(-1e-6f, 1e-6f, 2e-6f / 255, 128)]
    public void DynamicParameters_HoldZero(float minimum, float maximum, float scale, byte zeroPoint)
    {
        (float actual, byte actualZeroPoint) = AffineQuantization.DynamicParameters(minimum, maximum);
        Assert.Equal(scale, actual, scale * 1e-6f);
        Assert.Equal(zeroPoint, actualZeroPoint);
    }

    [Fact]
    public void Dequantize_UndoesQuantizeWithinHalfAScale()
    {
        const float Scale = 0.037f;
        for (float value = -4; value < 4; value += 0.01f)
        {
            int code = AffineQuantization.Quantize(value, Scale, 5, -128, 127);
            Assert.InRange(AffineQuantization.Dequantize(code, Scale, 5), value - (0.5001f * Scale), value + (0.5001f * Scale));
        }
    }
}
