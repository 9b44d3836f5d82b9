namespace Hone.Operators.Reduction;

/// <summary>The index of the largest element along an axis; NaN counts as the largest.</summary>
/// <inheritdoc/>
internal sealed class ArgMax : ArgOperator
{
    public override string Name => "ArgMax";

    protected override Func<T, T, bool> IsBetter<T>() => (x, best) => x > best || (T.IsNaN(x) && !T.IsNaN(best));
}
