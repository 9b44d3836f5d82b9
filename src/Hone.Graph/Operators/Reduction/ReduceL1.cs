namespace Hone.Operators.Reduction;

/// <summary>The sum of the magnitudes.</summary>
/// <inheritdoc/>
internal sealed class ReduceL1 : ReduceOperator
{
    public override string Name => "ReduceL1";

    protected override T Initial<T>() => T.Zero;

    protected override Func<T, T, T> Step<T>() => (sum, x) => T.IsNegative(x) ? sum - x : sum + x;
}
