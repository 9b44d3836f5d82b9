namespace Hone.Torch.Capture;

/// <summary>An integer that moves with the dynamic dimensions: <c>offset + Σ factor·dim/divisor</c>, or <c>factor·dim·dim·…/divisor</c>.</summary>
/// <param name="Offset">The constant term.</param>
/// <param name="Terms">Each a factor and the dynamic dimensions it multiplies.</param>
internal sealed record SizeExpression(long Offset, IReadOnlyList<SizeTerm> Terms)
{
    public bool IsConstant => Terms.Count == 0;

    public static SizeExpression Constant(long value) => new(value, []);

    public long Evaluate(IReadOnlyList<long> dimensions) =>
        Offset + Terms.Sum(term => term.Evaluate(dimensions));

    public bool Equals(SizeExpression? other) =>
        other is not null && Offset == other.Offset && Terms.Count == other.Terms.Count
        && Terms.Zip(other.Terms).All(pair =>
            pair.First.Factor == pair.Second.Factor && pair.First.Divisor == pair.Second.Divisor && pair.First.Dimensions.SequenceEqual(pair.Second.Dimensions));

    public override int GetHashCode() => HashCode.Combine(Offset, Terms.Count);
}
