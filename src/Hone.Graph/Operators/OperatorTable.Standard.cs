using Hone.Operators.Elementwise;

namespace Hone.Operators;

public sealed partial class OperatorTable
{
    /// <summary>One line per family; each family's table has one line per operator.</summary>
    private static IEnumerable<Operator> StandardOperators() =>
    [
        .. ElementwiseOperators.All,
    ];
}
