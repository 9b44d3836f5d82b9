using Hone.Graphs;

namespace Hone.Operators.Random;

/// <summary>Numbers with a normal distribution. Attributes mean (0) and scale (1, the standard deviation).</summary>
/// <inheritdoc/>
internal sealed class RandomNormal : RandomOperator
{
    public override string Name => "RandomNormal";

    protected override double Draw(System.Random random, AttributeMap attributes) => Distributions.Normal(random, attributes);
}
