namespace Hone.Operators.ControlFlow;

/// <summary>Operators that run nested graphs.</summary>
internal static class ControlFlowOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new If(),
        new Loop(),
        new Scan(),
    ];
}
