namespace Hone.Quantization.Observers;

/// <summary>Smallest and largest element that were seen.</summary>
/// <param name="Minimum">Positive infinity before the first element.</param>
/// <param name="Maximum">Negative infinity before the first element.</param>
public readonly record struct ObservedRange(float Minimum, float Maximum)
{
    /// <value>Nothing was seen.</value>
    public static ObservedRange Empty { get; } = new(float.PositiveInfinity, float.NegativeInfinity);

    /// <value>Whether nothing was seen.</value>
    public bool IsEmpty => Minimum > Maximum;

    /// <summary>The range of both.</summary>
    public ObservedRange Union(ObservedRange other) => new(MathF.Min(Minimum, other.Minimum), MathF.Max(Maximum, other.Maximum));
}
