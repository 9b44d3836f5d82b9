using Hone.Operators.Windows;

namespace Hone.Operators.Convolution;

/// <summary>Samples an input where the moved taps of a deformable convolution fall.</summary>
internal sealed class DeformedTaps
{
    private readonly WindowAxis[] _axes;
    private readonly int _offsetGroups;
    private readonly double[] _offsets;
    private readonly double[] _mask;
    private readonly double[] _position;

    /// <summary>Prepares the sampling.</summary>
    /// <param name="axes">The spatial axes.</param>
    /// <param name="offsetGroups">Groups of channels with offsets of their own.</param>
    /// <param name="offsets"><c>[N, offset_group, taps, axes, o1, ..]</c>.</param>
    /// <param name="mask"><c>[N, offset_group, taps, o1, ..]</c>, or empty.</param>
    public DeformedTaps(WindowAxis[] axes, int offsetGroups, double[] offsets, double[] mask)
    {
        _axes = axes;
        _offsetGroups = offsetGroups;
        _offsets = offsets;
        _mask = mask;
        _position = new double[axes.Length];
        SlidingWindow window = new(axes);
        (TapCount, PlaceCount, PlaneSize) = (window.TapCount, window.OutputCount, window.InputCount);
    }

    /// <value>Taps of the kernel.</value>
    public int TapCount { get; }

    /// <value>Places of one output plane.</value>
    public int PlaceCount { get; }

    /// <value>Elements of one input plane.</value>
    public int PlaneSize { get; }

    /// <summary>What the taps of one window see in every channel.</summary>
    /// <param name="planes"><c>[C, ...]</c> of one image.</param>
    /// <param name="channels">C.</param>
    /// <param name="image">Which image.</param>
    /// <param name="place">Which window.</param>
    /// <param name="column">Takes <c>[C, taps]</c>.</param>
    public void Sample(ReadOnlySpan<double> planes, int channels, int image, int place, Span<double> column)
    {
        for (int tap = 0; tap < TapCount; tap++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                int group = channel / (channels / _offsetGroups);
                int parameter = (image * _offsetGroups + group) * TapCount + tap;
                if (channel % (channels / _offsetGroups) == 0)
                    Locate(parameter, place, tap);
                double factor = _mask.Length == 0 ? 1 : _mask[parameter * PlaceCount + place];
                column[channel * TapCount + tap] = factor * Interpolate(planes.Slice(channel * PlaneSize, PlaneSize), 0, 0);
            }
        }
    }

    private void Locate(int parameter, int place, int tap)
    {
        (long windowRest, long tapRest) = (place, tap);
        for (int axis = _axes.Length - 1; axis >= 0; axis--)
        {
            (windowRest, long window) = Math.DivRem(windowRest, _axes[axis].Output);
            (tapRest, long axisTap) = Math.DivRem(tapRest, _axes[axis].Kernel);
            _position[axis] = _axes[axis].Position(window, axisTap) + _offsets[(parameter * _axes.Length + axis) * PlaceCount + place];
        }
    }

    /// <summary>Linear interpolation along each axis in turn; what lies outside counts as 0.</summary>
    private double Interpolate(ReadOnlySpan<double> plane, int axis, long start)
    {
        if (axis == _axes.Length)
            return plane[(int)start];
        double below = Math.Floor(_position[axis]);
        double fraction = _position[axis] - below;
        double sum = 0;
        if (below >= 0 && below < _axes[axis].Input)
            sum += (1 - fraction) * Interpolate(plane, axis + 1, start * _axes[axis].Input + (long)below);
        if (below + 1 >= 0 && below + 1 < _axes[axis].Input && fraction > 0)
            sum += fraction * Interpolate(plane, axis + 1, start * _axes[axis].Input + (long)below + 1);
        return sum;
    }
}
