namespace Hone.Operators.Reduction;

/// <summary>The mean of the elements.</summary>
/// <inheritdoc/>
internal sealed class ReduceMean : ReduceOperator
{
    public override string Name => "ReduceMean";

    protected override T Initial<T>() => T.Zero;

    protected override Func<T, T, T> Step<T>() => (sum, x) => sum + x;

    protected override T Finish<T>(T accumulated, long count) => accumulated / T.CreateTruncating(count);
}
