namespace Hone.Operators.Reduction;

/// <summary>Operators that combine the elements along some axes into one, or normalise along them.</summary>
internal static class ReductionOperators
{
    internal static IEnumerable<Operator> All =>
    [
    ];
}
