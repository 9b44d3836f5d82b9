namespace Hone.Torch.Pruning;

/// <summary>How much to prune: a fraction of what is there, or a number of it (PyTorch's <c>amount</c>). Integers and fractions convert to
/// it.</summary>
public readonly record struct PruningAmount
{
    private readonly double _fraction;
    private readonly long? _count;

    private PruningAmount(double fraction, long? count)
    {
        _fraction = fraction;
        _count = count;
    }

    /// <summary>A fraction in [0, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    public static PruningAmount Fraction(double value) =>
        value is >= 0 and <= 1 ? new PruningAmount(value, null)
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A fraction to prune lies in [0, 1].");

    /// <summary>A number of elements or channels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0.</exception>
    public static PruningAmount Count(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return new PruningAmount(0, value);
    }

    /// <summary>A fraction in [0, 1].</summary>
    public static implicit operator PruningAmount(double fraction) => Fraction(fraction);

    /// <summary>A number of elements or channels.</summary>
    public static implicit operator PruningAmount(int count) => Count(count);

    /// <summary>How many of so many: a fraction is rounded to the nearest integer, ties to even.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number to prune is larger than what is there.</exception>
    public long Of(long size)
    {
        if (_count > size)
            throw new ArgumentOutOfRangeException(nameof(size), $"Cannot prune {_count} of {size}.");
        return _count ?? (long)Math.Round(_fraction * size, MidpointRounding.ToEven);
    }
}
