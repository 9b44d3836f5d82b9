using Hone.Numerics;

namespace Hone.Operators.Quantization;

/// <summary>Quantization by the range of the elements themselves, which several operators do.</summary>
internal static class DynamicQuantization
{
    /// <summary>The uint8 codes of the elements.</summary>
    public static byte[] Quantize(ReadOnlySpan<float> values, out float scale, out byte zeroPoint)
    {
        (float minimum, float maximum) = (0, 0);
        foreach (float value in values)
        {
            minimum = MathF.Min(minimum, value);
            maximum = MathF.Max(maximum, value);
        }

        (scale, zeroPoint) = AffineQuantization.DynamicParameters(minimum, maximum);
        byte[] codes = new byte[values.Length];
        for (int i = 0; i < codes.Length; i++)
            codes[i] = (byte)AffineQuantization.Quantize(values[i], scale, zeroPoint, byte.MinValue, byte.MaxValue);
        return codes;
    }
}
