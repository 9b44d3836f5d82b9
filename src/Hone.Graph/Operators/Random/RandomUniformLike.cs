using Hone.Graphs;

namespace Hone.Operators.Random;

/// <summary>Numbers with a uniform distribution, in the shape of the input. Attributes low (0) and high (1, not reached).</summary>
/// <inheritdoc/>
internal sealed class RandomUniformLike : RandomOperator
{
    public override string Name => "RandomUniformLike";

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    protected override double Draw(System.Random random, AttributeMap attributes) => Distributions.Uniform(random, attributes);
}
