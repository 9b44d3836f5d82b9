namespace Hone.Operators.Reduction;

/// <summary>The square root of the sum of squares.</summary>
/// <inheritdoc/>
internal sealed class ReduceL2 : ReduceOperator
{
    public override string Name => "ReduceL2";

    protected override bool NeedsReals => true;

    protected override T Initial<T>() => T.Zero;

    protected override Func<T, T, T> Step<T>() => (sum, x) => sum + (x * x);

    protected override T Finish<T>(T accumulated, long count) => T.CreateTruncating(Math.Sqrt(double.CreateTruncating(accumulated)));
}
