namespace Hone.Kernels.Convolution;

/// <summary>Weights as the kernels sum them: [out][kernel row][kernel column][in].</summary>
internal static class WeightOrder
{
    internal static void Check(ConvolutionShape shape, int weights, int bias)
    {
        int expected = shape.Depth * shape.OutChannels;
        if (weights != expected)
        {
            throw new ArgumentException($"{weights} weights: expected {expected} for {shape}.", nameof(weights));
        }

        if (bias != 0 && bias != shape.OutChannels)
        {
            throw new ArgumentException($"{bias} bias elements: expected {shape.OutChannels} or none.", nameof(bias));
        }
    }

    internal static T[] ToChannelsLast<T>(ConvolutionShape shape, ReadOnlySpan<T> weights)
        where T : unmanaged
    {
        int channels = shape.GroupInChannels, taps = shape.KernelHeight * shape.KernelWidth;
        T[] ordered = new T[weights.Length];
        for (int n = 0; n < shape.OutChannels; n++)
        {
            int first = n * channels * taps;
            for (int c = 0; c < channels; c++)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    ordered[first + tap * channels + c] = weights[first + c * taps + tap];
                }
            }
        }

        return ordered;
    }
}
