namespace Hone.Operators.Random;

/// <summary>Operators whose outputs are drawn at random.</summary>
internal static class RandomOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new Bernoulli(),
        new Multinomial(),
        new RandomNormal(),
        new RandomNormalLike(),
        new RandomUniform(),
        new RandomUniformLike(),
    ];
}
