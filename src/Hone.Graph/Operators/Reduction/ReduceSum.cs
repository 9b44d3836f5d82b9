namespace Hone.Operators.Reduction;

/// <summary>The sum of the elements.</summary>
/// <inheritdoc/>
internal sealed class ReduceSum : ReduceOperator
{
    public override string Name => "ReduceSum";

    public override int SinceVersion => 13;

    protected override T Initial<T>() => T.Zero;

    protected override Func<T, T, T> Step<T>() => (sum, x) => sum + x;
}
