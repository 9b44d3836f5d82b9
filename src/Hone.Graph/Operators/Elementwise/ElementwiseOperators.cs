namespace Hone.Operators.Elementwise;

/// <summary>Operators that compute each element of the output from the elements at the same place.</summary>
internal static class ElementwiseOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new Identity(),
    ];
}
