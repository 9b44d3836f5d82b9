namespace Hone.Operators.Indexing;

/// <summary>Writes one update for each index, moving only along attribute axis (0).</summary>
/// <inheritdoc/>
internal sealed class ScatterElements : ScatterOperator
{
    public override string Name => "ScatterElements";

    protected override int[] Places(EvaluationContext context, out int length)
    {
        length = 1;
        return ElementPlaces.Along(context, 1, context.Attributes.GetInt("axis", 0));
    }
}
