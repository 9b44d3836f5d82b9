using Hone.Graphs;

namespace Hone.Operators.Random;

/// <summary>Numbers with a normal distribution, in the shape of the input. Attributes mean (0) and scale (1, the standard deviation).</summary>
/// <inheritdoc/>
internal sealed class RandomNormalLike : RandomOperator
{
    public override string Name => "RandomNormalLike";

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    protected override double Draw(System.Random random, AttributeMap attributes) => Distributions.Normal(random, attributes);
}
