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

    internal static unsafe T[] ToChannelsLast<T>(ConvolutionShape shape, ReadOnlySpan<T> weights)
        where T : unmanaged
    {
        int channels = shape.GroupInChannels, taps = shape.KernelHeight * shape.KernelWidth;
        T[] ordered = GC.AllocateUninitializedArray<T>(weights.Length);
        if (taps == 1)
        {
            weights.CopyTo(ordered);
            return ordered;
        }

        fixed (T* source = weights, target = ordered)
        {
            Layout.Transpose.ToChannelsLast(source, target, channels, shape.OutChannels, channels, taps);
        }

        return ordered;
    }
}
