namespace Hone.Operators.Indexing;

/// <summary>Operators that pick, place, count or generate elements by index.</summary>
internal static class IndexingOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new Constant(),
        new ConstantOfShape(),
        new Gather(),
        new Range(),
    ];
}
