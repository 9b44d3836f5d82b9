namespace Hone.Operators.Reduction;

/// <summary>The product of each element and all before it along an axis.</summary>
/// <inheritdoc/>
internal sealed class CumProd : CumulativeOperator
{
    public override string Name => "CumProd";

    public override int SinceVersion => 26;

    protected override T Initial<T>() => T.One;

    protected override T Step<T>(T accumulated, T element) => accumulated * element;
}
