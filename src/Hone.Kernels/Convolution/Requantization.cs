using System.Runtime.Intrinsics;

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
            int sum = strideK == 1 ? Sum(weights.Slice(n * strideN, depth)) : 0;
            for (int k = 0; k < depth && strideK != 1; k++)
            {
                sum += weights[n * strideN + k * strideK];
            }

            folded[n] = unchecked((bias.IsEmpty ? 0 : bias[n]) - zeroPoint * sum);
        }

        return folded;
    }

    private static int Sum(ReadOnlySpan<sbyte> weights)
    {
        Vector128<int> sums = default;
        int k = 0;
        for (; k + Vector128<sbyte>.Count <= weights.Length; k += Vector128<sbyte>.Count)
        {
            (Vector128<short> low, Vector128<short> high) = Vector128.Widen(Vector128.Create(weights[k..]));
            (Vector128<int> first, Vector128<int> second) = Vector128.Widen(low + high);
            sums += first + second;
        }

        int sum = Vector128.Sum(sums);
        for (; k < weights.Length; k++)
        {
            sum += weights[k];
        }

        return sum;
    }
}
