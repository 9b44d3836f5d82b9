using Hone.Graphs;

namespace Hone.Operators.Shapes;

/// <summary>For each place of a grid, the elements of the image around it and their weights.</summary>
internal sealed class GridSampler
{
    private const double CubicParameter = -0.75;

    private readonly int[] _lengths;
    private readonly string _mode;
    private readonly string _padding;
    private readonly bool _alignCorners;

    /// <summary>Prepares the sampling of an image by the attributes of <see cref="GridSample"/>.</summary>
    /// <exception cref="HoneException">A mode is not known.</exception>
    internal GridSampler(AttributeMap attributes, int[] lengths)
    {
        _lengths = lengths;
        _mode = attributes.GetString("mode", "linear");
        _padding = attributes.GetString("padding_mode", "zeros");
        _alignCorners = attributes.GetBool("align_corners");
        if (_mode is not ("linear" or "nearest" or "cubic"))
            throw new HoneException($"The mode '{_mode}' is not known.");
        if (_padding is not ("zeros" or "border" or "reflection"))
            throw new HoneException($"The padding_mode '{_padding}' is not known.");
    }

    /// <summary>The elements around a place; those outside that count as zero are left out.</summary>
    /// <param name="place">x, y, ... in -1..1: the last spatial axis comes first.</param>
    internal IReadOnlyList<(int Offset, double Weight)> Taps(ReadOnlySpan<double> place)
    {
        List<(int Offset, double Weight)> taps = [(0, 1)];
        for (int axis = 0; axis < _lengths.Length; axis++)
        {
            List<(int Offset, double Weight)> next = [];
            foreach ((int index, double weight) in AxisTaps(place[^(axis + 1)], _lengths[axis]))
            {
                foreach ((int offset, double outerWeight) in taps)
                    next.Add(((offset * _lengths[axis]) + index, outerWeight * weight));
            }

            taps = next;
        }

        return taps;
    }

    private IEnumerable<(int Index, double Weight)> AxisTaps(double normalized, int length)
    {
        double x = _alignCorners ? (normalized + 1) / 2 * (length - 1) : (((normalized + 1) * length) - 1) / 2;
        if (!double.IsFinite(x))
            x = -1;
        if (_mode != "cubic")
            x = Inside(x, length);
        if (_mode == "nearest")
            return Element(Math.Round(x, MidpointRounding.ToEven), 1, length);
        double left = Math.Floor(x);
        double t = x - left;
        if (_mode == "linear")
            return [.. Element(left, 1 - t, length), .. Element(left + 1, t, length)];
        return Enumerable.Range(-1, 4).SelectMany(i => Element(Inside(left + i, length), Cubic(Math.Abs(t - i)), length));
    }

    /// <summary>An element with its weight; none where it lies outside.</summary>
    private static (int Index, double Weight)[] Element(double index, double weight, int length) =>
        index >= 0 && index < length ? [((int)index, weight)] : [];

    /// <summary>Brings a place outside to one inside by the padding mode.</summary>
    private double Inside(double x, int length)
    {
        if (_padding == "zeros")
            return x;
        if (_padding == "reflection")
        {
            double minimum = _alignCorners ? 0 : -0.5;
            double range = _alignCorners ? length - 1 : length;
            double distance = range == 0 ? 0 : Math.Abs(x - minimum) % (2 * range);
            x = minimum + Math.Min(distance, (2 * range) - distance);
        }

        return Math.Clamp(x, 0, length - 1);
    }

    /// <summary>The cubic convolution kernel of R. Keys (1981).</summary>
    private static double Cubic(double x) =>
        x <= 1
            ? ((((CubicParameter + 2) * x) - (CubicParameter + 3)) * x * x) + 1
            : ((((((x - 5) * x) + 8) * x) - 4) * CubicParameter);
}
