namespace Hone.Tests.Kernels;

/// <summary>The plain definition of quantization to 8 bits.</summary>
internal static class Int8Reference
{
    internal static int Saturate(float value, int zeroPoint, int min, int max, bool signed)
    {
        double code = Math.Round((double)value, MidpointRounding.ToEven) + zeroPoint;
        return (int)Math.Clamp(code, Math.Max(min, signed ? -128 : 0), Math.Min(max, signed ? 127 : 255));
    }
}
