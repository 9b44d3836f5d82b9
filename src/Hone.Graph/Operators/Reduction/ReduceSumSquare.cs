namespace Hone.Operators.Reduction;

/// <summary>The sum of squares.</summary>
/// <inheritdoc/>
internal sealed class ReduceSumSquare : ReduceOperator
{
    public override string Name => "ReduceSumSquare";

    protected override T Initial<T>() => T.Zero;

    protected override Func<T, T, T> Step<T>() => (sum, x) => sum + (x * x);
}
