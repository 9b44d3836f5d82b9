namespace Hone.Operators.Random;

/// <summary>Operators whose outputs are drawn at random.</summary>
internal static class RandomOperators
{
    internal static IEnumerable<Operator> All =>
    [
    ];
}
