namespace Hone.Operators.Reduction;

/// <summary>The sum of each element and all before it along an axis.</summary>
/// <inheritdoc/>
internal sealed class CumSum : CumulativeOperator
{
    public override string Name => "CumSum";

    public override int SinceVersion => 11;

    protected override T Initial<T>() => T.Zero;

    protected override T Step<T>(T accumulated, T element) => accumulated + element;
}
