namespace Hone.Operators.Reduction;

/// <summary>The index of the smallest element along an axis; NaN counts as the smallest.</summary>
/// <inheritdoc/>
internal sealed class ArgMin : ArgOperator
{
    public override string Name => "ArgMin";

    protected override Func<T, T, bool> IsBetter<T>() => (x, best) => x < best || (T.IsNaN(x) && !T.IsNaN(best));
}
