namespace Hone.Operators.Windows;

/// <summary>One spatial axis of a sliding window, all sizes known. Each size is at most 2^31-1, so that products of two fit.</summary>
/// <param name="Input">Size of the input.</param>
/// <param name="Kernel">Number of taps.</param>
/// <param name="Stride">Distance between two windows.</param>
/// <param name="Dilation">Distance between two taps.</param>
/// <param name="PadBegin">Padding before the input.</param>
/// <param name="PadEnd">Padding after the input.</param>
/// <param name="Output">Number of windows.</param>
internal readonly record struct WindowAxis(long Input, long Kernel, long Stride, long Dilation, long PadBegin, long PadEnd, long Output)
{
    /// <summary>The place in the input that a tap of a window falls on; negative or beyond the input in the padding.</summary>
    public long Position(long window, long tap) => window * Stride - PadBegin + tap * Dilation;

    /// <summary>The taps of a window that fall on the input, from the first (inclusive) to the end (exclusive).</summary>
    public (long First, long End) TapsInside(long window)
    {
        long end = TapsBelow(window, Input);
        return (Math.Min(TapsBelow(window, 0), end), end);
    }

    /// <summary>Number of taps of a window that fall on the input or its padding; a window at the end may reach beyond both.</summary>
    public long TapsInPadding(long window) => TapsBelow(window, Input + PadEnd);

    private long TapsBelow(long window, long limit)
    {
        long distance = limit - Position(window, 0);
        return distance <= 0 ? 0 : Math.Min(Kernel, (distance - 1) / Dilation + 1);
    }
}
