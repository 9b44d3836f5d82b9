namespace Hone.Kernels.Convolution;

/// <summary>The arithmetic that turns int32 sums into codes, in one place.</summary>
public static class Requantization
{
    /// <summary>(inputScale * weightScale) / outputScale, in fp32 and in that order.</summary>
    /// <param name="inputScale">Scale of the input.</param>
    /// <param name="weightScale">Scale of the weights, of one output channel if per channel.</param>
    /// <param name="outputScale">Scale of the output.</param>
    public static float Multiplier(float inputScale, float weightScale, float outputScale)
    {
        float product = inputScale * weightScale;
        return product / outputScale;
    }

    /// <summary>Adds the input's zero point to a bias: <c>bias[n] - zeroPoint * sum of weights[n]</c>, wrapping like the sums
    /// themselves.</summary>
    internal static int[] FoldZeroPoint(
        ReadOnlySpan<sbyte> weights, ReadOnlySpan<int> bias, int channels, int depth, int strideK, int strideN, int zeroPoint)
    {
        int[] folded = new int[channels];
        for (int n = 0; n < channels; n++)
        {
            int sum = 0;
            for (int k = 0; k < depth; k++)
            {
                sum += weights[n * strideN + k * strideK];
            }

            folded[n] = unchecked((bias.IsEmpty ? 0 : bias[n]) - zeroPoint * sum);
        }

        return folded;
    }
}
