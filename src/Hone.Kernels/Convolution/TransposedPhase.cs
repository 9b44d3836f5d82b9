namespace Hone.Kernels.Convolution;

/// <summary>
/// One axis of one phase of a transposed convolution. Outputs o = y * stride + First take the taps k with (First + pad - k * dilation)
/// divisible by the
/// stride, at inputs y + (First + pad - k * dilation) / stride: an ordinary convolution of stride 1 over y, whose kernel is a reversed
/// subset.
/// </summary>
/// <param name="Taps">Kernel positions in the order of ascending input; empty if none reaches the phase.</param>
/// <param name="Pad">Padding of the ordinary convolution, may be negative.</param>
/// <param name="Dilation">Dilation of the ordinary convolution.</param>
internal readonly record struct TransposedPhase(int[] Taps, int Pad, int Dilation)
{
    internal static TransposedPhase Of(int first, int kernel, int stride, int dilation, int pad)
    {
        int[] taps = [.. Enumerable.Range(0, kernel).Reverse().Where(k => (first + pad - k * dilation) % stride == 0)];
        if (taps.Length == 0)
        {
            return new(taps, 0, 1);
        }

        int lowest = (first + pad - taps[0] * dilation) / stride;
        int step = taps.Length > 1 ? (taps[0] - taps[1]) * dilation / stride : 1;
        return new(taps, -lowest, step);
    }
}
