using Hone.Tensors;

namespace Hone.Numerics;

/// <summary>The arithmetic between real numbers and integers with a scale and a zero point, in one place.</summary>
/// <remarks>
/// <para>A code <c>q</c> stands for <c>(q - zeroPoint) · scale</c>. Every rounding is to the nearest, ties to even; the zero point is added
/// after rounding; the result saturates to the range of the integer type. NaN becomes the smallest code.</para>
/// <para>ONNX divides by the scale; PyTorch multiplies by its reciprocal, and the two differ by one code where a quotient lies next to a tie.
/// Graphs follow ONNX; what promises PyTorch's numbers says so and uses <see cref="QuantizeByReciprocal"/>.</para>
/// </remarks>
public static class AffineQuantization
{
    /// <summary>The code of a real number by ONNX's rule: <c>saturate(round(value / scale) + zeroPoint)</c>.</summary>
    /// <param name="value">Any float; infinities saturate.</param>
    /// <param name="scale">Positive.</param>
    /// <param name="zeroPoint">The code of 0.</param>
    /// <param name="minimum">Smallest code, see <see cref="DataTypeExtensions.IntegerRange"/>.</param>
    /// <param name="maximum">Largest code; codes have at most 16 bits.</param>
    /// <remarks>ONNX <c>QuantizeLinear</c>, opset 10 and up.</remarks>
    public static int Quantize(float value, float scale, int zeroPoint, int minimum, int maximum) =>
        Saturate(value / scale, zeroPoint, minimum, maximum);

    /// <summary>The code of a real number by PyTorch's rule: <c>saturate(round(value · (1 / scale)) + zeroPoint)</c>.</summary>
    /// <inheritdoc cref="Quantize" path="/param"/>
    /// <remarks>PyTorch <c>quantize_per_tensor</c> and <c>fake_quantize_per_tensor_affine</c>.</remarks>
    public static int QuantizeByReciprocal(float value, float scale, int zeroPoint, int minimum, int maximum) =>
        Saturate(value * (1f / scale), zeroPoint, minimum, maximum);

    /// <summary>The real number that a code stands for: <c>(code - zeroPoint) · scale</c>.</summary>
    public static float Dequantize(int code, float scale, int zeroPoint) => ((long)code - zeroPoint) * scale;

    /// <summary>The code of an integer sum of products: <c>saturate(round(float(accumulator) · multiplier) + zeroPoint)</c>.</summary>
    /// <param name="accumulator">Sum of products of codes, zero points already subtracted.</param>
    /// <param name="multiplier">From <see cref="Multiplier"/>.</param>
    /// <param name="zeroPoint">The code of 0 in the output.</param>
    /// <param name="minimum">Smallest code.</param>
    /// <param name="maximum">Largest code.</param>
    public static int Requantize(int accumulator, float multiplier, int zeroPoint, int minimum, int maximum) =>
        Saturate(accumulator * multiplier, zeroPoint, minimum, maximum);

    /// <summary>What turns an integer sum of products into an output code: <c>inputScale · weightScale / outputScale</c>, in float and in that order.</summary>
    public static float Multiplier(float inputScale, float weightScale, float outputScale) => inputScale * weightScale / outputScale;

    /// <summary>Scale and zero point of a tensor to quantize to uint8 from its smallest and largest element.</summary>
    /// <param name="minimum">Smallest element; the range is widened to hold 0.</param>
    /// <param name="maximum">Largest element.</param>
    /// <returns>A range of nothing but 0 gives scale 1 and zero point 0.</returns>
    /// <remarks>ONNX <c>DynamicQuantizeLinear</c>, opset 11: <c>scale = (max - min) / 255</c>, <c>zeroPoint = round(clip(-min / scale, 0, 255))</c>.</remarks>
    public static (float Scale, byte ZeroPoint) DynamicParameters(float minimum, float maximum)
    {
        minimum = MathF.Min(minimum, 0);
        maximum = MathF.Max(maximum, 0);
        float scale = (maximum - minimum) / 255f;
        if (scale == 0)
            return (1, 0);
        return (scale, (byte)Quantize(-minimum, scale, 0, byte.MinValue, byte.MaxValue));
    }

    /// <summary>Rounds a quotient, adds the zero point and saturates.</summary>
    /// <param name="quotient">The real number in units of the scale.</param>
    /// <param name="zeroPoint">The code of 0.</param>
    /// <param name="minimum">Smallest code.</param>
    /// <param name="maximum">Largest code.</param>
    internal static int Saturate(float quotient, int zeroPoint, int minimum, int maximum)
    {
        // The bounds are whole numbers below 2^24, so that comparing before the addition saturates the same codes. Written so that NaN fails.
        float rounded = MathF.Round(quotient);
        if (!(rounded > minimum - zeroPoint))
            return minimum;
        return rounded >= maximum - zeroPoint ? maximum : (int)rounded + zeroPoint;
    }
}
