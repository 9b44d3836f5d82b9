namespace Hone.Operators.Indexing;

/// <summary>Writes slices that tuples of indices name.</summary>
/// <inheritdoc/>
internal sealed class ScatterND : ScatterOperator
{
    public override string Name => "ScatterND";

    protected override int[] Places(EvaluationContext context, out int length) => ElementPlaces.OfTuples(context, 1, 0, out length);
}
