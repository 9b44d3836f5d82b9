namespace Hone.Operators.Pooling;

/// <summary>Operators that reduce windows of the spatial dimensions to one element.</summary>
internal static class PoolingOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new AveragePool(),
        new GlobalAveragePool(),
        new GlobalLpPool(),
        new GlobalMaxPool(),
        new LpPool(),
        new MaxPool(),
        new MaxUnpool(),
    ];
}
