namespace Hone.Operators.Indexing;

/// <summary>Operators that pick, place, count or generate elements by index.</summary>
internal static class IndexingOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new Compress(),
        new Constant(),
        new ConstantOfShape(),
        new EyeLike(),
        new Gather(),
        new GatherElements(),
        new GatherND(),
        new NonMaxSuppression(),
        new NonZero(),
        new OneHot(),
        new Range(),
        new ScatterElements(),
        new ScatterND(),
        new TensorScatter(),
        new Unique(),
    ];
}
