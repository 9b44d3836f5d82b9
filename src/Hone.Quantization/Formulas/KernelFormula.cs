namespace Hone.Quantization.Formulas;

/// <summary>
/// Scale and zero point from a range, as PyTorch's C++ kernels compute them (ATen <c>ChooseQuantizationParams</c>): in dynamic operators and in
/// fused fake quantization while training.
/// </summary>
/// <remarks>
/// It differs from <see cref="Observers.QuantizationSpec"/>: scales below 6.1e-5 are lifted and the range widened with them; a symmetric range maps to
/// -(n+1)..n steps, so that the divisor for -128..127 is 127; and a symmetric range on one side of 0 is quantized asymmetrically.
/// A model that was trained with these numbers is converted with those of the observers, as in PyTorch.
/// </remarks>
public static class KernelFormula
{
    private const float SmallestScale = 6.1e-5f;

    /// <summary>Scale and zero point for a range.</summary>
    /// <param name="minimum">Smallest element, finite.</param>
    /// <param name="maximum">Largest element, finite.</param>
    /// <param name="quantMin">Smallest code.</param>
    /// <param name="quantMax">Largest code.</param>
    /// <param name="isSymmetric">ATen's <c>preserve_sparsity</c>.</param>
    /// <param name="reducesRange">Whether both codes are halved first.</param>
    public static (double Scale, int ZeroPoint) ChooseQuantizationParams(
        float minimum, float maximum, int quantMin, int quantMax, bool isSymmetric = false, bool reducesRange = false)
    {
        if (reducesRange)
            (quantMin, quantMax) = (quantMin / 2, quantMax / 2);
        bool isCentred = isSymmetric && minimum < 0 && maximum > 0;
        if (isCentred)
        {
            int lowestStep = -(((quantMax - quantMin) / 2) + 1);
            int highestStep = (quantMax - quantMin) / 2;
            double step = Math.Max(Math.Abs((double)minimum / lowestStep), Math.Abs((double)maximum / highestStep));
            (minimum, maximum) = ((float)(step * lowestStep), (float)(step * highestStep));
        }

        (minimum, maximum) = (MathF.Min(minimum, 0), MathF.Max(maximum, 0));
        double scale = ((double)maximum - minimum) / (quantMax - quantMin);
        if ((float)scale == 0 || float.IsInfinity(1 / (float)scale))
            scale = 0.1;
        if (scale < SmallestScale)
            (scale, minimum, maximum) = Widen(scale, minimum, maximum, quantMax - quantMin);
        return (scale, ZeroPoint(scale, minimum, maximum, quantMin, quantMax, isCentred));
    }

    private static (double Scale, float Minimum, float Maximum) Widen(double scale, float minimum, float maximum, int steps)
    {
        // The widened bounds are float32 products in ATen; doubles would move the zero point of tiny ranges.
        if (minimum == 0)
            return (SmallestScale, minimum, SmallestScale * steps);
        if (maximum == 0)
            return (SmallestScale, -SmallestScale * steps, maximum);
        float factor = SmallestScale / (float)scale;
        return (SmallestScale, minimum * factor, maximum * factor);
    }

    private static int ZeroPoint(double scale, float minimum, float maximum, int quantMin, int quantMax, bool isCentred)
    {
        double fromMinimum = quantMin - (minimum / scale);
        double fromMaximum = quantMax - (maximum / scale);
        double errorFromMinimum = Math.Abs(quantMin) - Math.Abs(minimum / scale);
        double errorFromMaximum = Math.Abs(quantMax) - Math.Abs(maximum / scale);
        double zeroPoint = isCentred ? (quantMin + quantMax) / 2.0 : errorFromMinimum < errorFromMaximum ? fromMinimum : fromMaximum;
        return zeroPoint < quantMin ? quantMin : zeroPoint > quantMax ? quantMax : (int)Math.Round(zeroPoint);
    }
}
