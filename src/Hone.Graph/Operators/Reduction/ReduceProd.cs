namespace Hone.Operators.Reduction;

/// <summary>The product of the elements.</summary>
/// <inheritdoc/>
internal sealed class ReduceProd : ReduceOperator
{
    public override string Name => "ReduceProd";

    protected override T Initial<T>() => T.One;

    protected override Func<T, T, T> Step<T>() => (product, x) => product * x;
}
