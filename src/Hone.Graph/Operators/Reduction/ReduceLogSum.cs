namespace Hone.Operators.Reduction;

/// <summary>The logarithm of the sum.</summary>
/// <inheritdoc/>
internal sealed class ReduceLogSum : ReduceOperator
{
    public override string Name => "ReduceLogSum";

    protected override bool NeedsReals => true;

    protected override T Initial<T>() => T.Zero;

    protected override Func<T, T, T> Step<T>() => (sum, x) => sum + x;

    protected override T Finish<T>(T accumulated, long count) => T.CreateTruncating(Math.Log(double.CreateTruncating(accumulated)));
}
