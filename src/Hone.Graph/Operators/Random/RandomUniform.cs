using Hone.Graphs;

namespace Hone.Operators.Random;

/// <summary>Numbers with a uniform distribution. Attributes low (0) and high (1, not reached).</summary>
/// <inheritdoc/>
internal sealed class RandomUniform : RandomOperator
{
    public override string Name => "RandomUniform";

    protected override double Draw(System.Random random, AttributeMap attributes) => Distributions.Uniform(random, attributes);
}
