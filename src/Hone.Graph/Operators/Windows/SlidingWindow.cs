namespace Hone.Operators.Windows;

/// <summary>Walks the windows over the spatial axes of one plane, and says which elements of the plane each window sees.</summary>
/// <remarks>A window's elements are the same for every batch entry and channel: compute them once, then use them for all planes.</remarks>
internal sealed class SlidingWindow
{
    private readonly WindowAxis[] _axes;
    private readonly long[] _window;
    private readonly List<int> _inside = [];

    /// <summary>Prepares the walk.</summary>
    /// <param name="axes">The spatial axes, outermost first. The product of their inputs and that of their outputs fit in 31 bits.</param>
    public SlidingWindow(WindowAxis[] axes)
    {
        _axes = axes;
        _window = new long[axes.Length];
        InputCount = Product(axes, a => a.Input);
        OutputCount = Product(axes, a => a.Output);
    }

    /// <value>Number of elements of the plane.</value>
    public int InputCount { get; }

    /// <value>Number of windows.</value>
    public int OutputCount { get; }

    /// <value>Number of taps of a window.</value>
    /// <exception cref="OverflowException">It does not fit in 31 bits.</exception>
    public int TapCount => Product(_axes, a => a.Kernel);

    /// <summary>Places in the plane of the taps of a window that do not fall on padding, in row-major order. Valid until the next call.</summary>
    public ReadOnlySpan<int> ElementsOf(int window)
    {
        Locate(window);
        _inside.Clear();
        CollectInside(0, 0);
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_inside);
    }

    /// <summary>Places in the plane of all taps of a window in row-major order, -1 for those that fall on padding.</summary>
    /// <param name="window">Which window.</param>
    /// <param name="places">As many as there are taps, <paramref name="step"/> apart.</param>
    /// <param name="step">Distance between two taps in <paramref name="places"/>.</param>
    public void PlacesOf(int window, Span<int> places, int step)
    {
        Locate(window);
        int next = 0;
        CollectAll(0, 0, places, step, ref next);
    }

    /// <summary>Number of taps of a window that fall on the input or its padding.</summary>
    public double CountWithPadding(int window)
    {
        Locate(window);
        double count = 1;
        for (int axis = 0; axis < _axes.Length; axis++)
            count *= _axes[axis].TapsInPadding(_window[axis]);
        return count;
    }

    private void Locate(int window)
    {
        long rest = window;
        for (int axis = _axes.Length - 1; axis >= 0; axis--)
            (rest, _window[axis]) = Math.DivRem(rest, _axes[axis].Output);
    }

    private void CollectInside(int axis, long place)
    {
        if (axis == _axes.Length)
        {
            _inside.Add((int)place);
            return;
        }

        WindowAxis current = _axes[axis];
        (long first, long end) = current.TapsInside(_window[axis]);
        for (long tap = first; tap < end; tap++)
            CollectInside(axis + 1, place * current.Input + current.Position(_window[axis], tap));
    }

    private void CollectAll(int axis, long place, Span<int> places, int step, ref int next)
    {
        if (axis == _axes.Length)
        {
            places[next] = (int)place;
            next += step;
            return;
        }

        WindowAxis current = _axes[axis];
        for (long tap = 0; tap < current.Kernel; tap++)
        {
            long position = current.Position(_window[axis], tap);
            bool inside = place >= 0 && position >= 0 && position < current.Input;
            CollectAll(axis + 1, inside ? place * current.Input + position : -1, places, step, ref next);
        }
    }

    private static int Product(WindowAxis[] axes, Func<WindowAxis, long> size)
    {
        long product = 1;
        foreach (WindowAxis axis in axes)
            product = checked(product * size(axis));
        return checked((int)product);
    }
}
