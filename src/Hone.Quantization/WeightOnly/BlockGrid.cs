using Hone.Numerics;
using Hone.Quantization.Observers;

namespace Hone.Quantization.WeightOnly;

/// <summary>The numbers that the codes of one block stand for: <c>(code - zero point) * scale</c>.</summary>
internal readonly record struct BlockGrid(float Scale, int ZeroPoint, int Minimum, int Maximum)
{
    /// <summary>The grid that holds the range of the weights, by the formulas of the observers.</summary>
    internal static BlockGrid OfRange(ReadOnlySpan<float> weights, QuantizationSpec spec)
    {
        ObservedRange range = ObservedRange.Empty;
        foreach (float weight in weights)
            range = range.Union(new ObservedRange(weight, weight));
        QuantizationParameters parameters = spec.Parameters([range]);
        (int minimum, int maximum) = spec.CodeRange;
        return new BlockGrid(parameters.Scale, parameters.ZeroPoint, minimum, maximum);
    }

    internal int Code(float weight) => AffineQuantization.QuantizeByReciprocal(weight, Scale, ZeroPoint, Minimum, Maximum);

    internal float Value(int code) => (code - ZeroPoint) * Scale;

    internal float Nearest(float weight) => Value(Code(weight));

    /// <summary>The sum of |error|^power over the weights.</summary>
    internal double Error(ReadOnlySpan<float> weights, double power)
    {
        double sum = 0;
        foreach (float weight in weights)
            sum += Math.Pow(Math.Abs(weight - Nearest(weight)), power);
        return sum;
    }

    /// <summary>Of this grid and narrower ones of the same range, the one with the least squared error.</summary>
    internal BlockGrid Narrowed(ReadOnlySpan<float> weights)
    {
        const int Steps = 25;
        const float LargestCut = 0.5f;
        BlockGrid best = this;
        double bestError = Error(weights, 2);
        for (int step = 1; step <= Steps; step++)
        {
            BlockGrid candidate = this with { Scale = Scale * (1 - (LargestCut * step / Steps)) };
            double error = candidate.Error(weights, 2);
            (best, bestError) = error < bestError ? (candidate, error) : (best, bestError);
        }

        return best;
    }
}
