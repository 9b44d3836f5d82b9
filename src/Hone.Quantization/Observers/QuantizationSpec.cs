using Hone.Tensors;

namespace Hone.Quantization.Observers;

/// <summary>What the codes of a tensor are to be: type, symmetry, range, one scale or one for each channel.</summary>
public sealed record QuantizationSpec
{
    /// <value>Integer type of the codes. Default <see cref="DataType.UInt8"/>.</value>
    public DataType DataType { get; init; } = DataType.UInt8;

    /// <value>Whether the range is symmetric about zero (the zero point is then 0, or the middle of an unsigned type). Default false.</value>
    public bool IsSymmetric { get; init; }

    /// <value>Whether one bit is left unused, for processors whose 8-bit products saturate. Default false.</value>
    public bool ReducesRange { get; init; }

    /// <value>The axis with a scale of its own for each index, from the front; null for one scale. Default null.</value>
    public int? Axis { get; init; }

    /// <value>Smallest and largest code that are used.</value>
    public (int Minimum, int Maximum) CodeRange
    {
        get
        {
            (long minimum, long maximum) = DataType.IntegerRange();
            return ReducesRange ? ((int)(minimum / 2), (int)(maximum / 2)) : ((int)minimum, (int)maximum);
        }
    }

    /// <summary>The parameters for observed ranges, by the formula of PyTorch's observers in float32.</summary>
    /// <param name="ranges">Smallest and largest element of each channel; a range that was never observed gives scale 1 and zero point 0.</param>
    /// <remarks>
    /// Affine: <c>scale = max((max - min) / (qmax - qmin), eps)</c>, <c>zero point = clamp(qmin - round(min / scale))</c>; symmetric:
    /// <c>scale = max(max(-min, max) / ((qmax - qmin) / 2), eps)</c>; the range always holds 0; eps is 2^-23.
    /// </remarks>
    public QuantizationParameters Parameters(IReadOnlyList<ObservedRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        float[] scales = new float[ranges.Count];
        int[] zeroPoints = new int[ranges.Count];
        for (int i = 0; i < ranges.Count; i++)
            (scales[i], zeroPoints[i]) = Parameters(ranges[i]);
        return new QuantizationParameters(DataType, scales, zeroPoints, Axis);
    }

    private (float Scale, int ZeroPoint) Parameters(ObservedRange range)
    {
        const float Epsilon = 1.1920929e-7f;
        (int codeMinimum, int codeMaximum) = CodeRange;
        if (range.IsEmpty)
            return (1, 0);
        float minimum = MathF.Min(range.Minimum, 0);
        float maximum = MathF.Max(range.Maximum, 0);
        if (IsSymmetric)
        {
            float half = (codeMaximum - codeMinimum) / 2f;
            int middle = DataType.IsUnsignedInteger() ? (ReducesRange ? (codeMinimum + codeMaximum) / 2 : (codeMinimum + codeMaximum + 1) / 2) : 0;
            return (MathF.Max(MathF.Max(-minimum, maximum) / half, Epsilon), middle);
        }

        float scale = MathF.Max((maximum - minimum) / (codeMaximum - codeMinimum), Epsilon);
        int zeroPoint = codeMinimum - (int)MathF.Round(minimum / scale);
        return (scale, Math.Clamp(zeroPoint, codeMinimum, codeMaximum));
    }
}
