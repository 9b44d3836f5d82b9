using Hone.Graphs;

namespace Hone.Operators.Reduction;

/// <summary>The product of the elements.</summary>
/// <inheritdoc/>
internal sealed class ReduceProd : ReduceOperator
{
    public override string Name => "ReduceProd";

    /// <remarks>The number of elements of a shape.</remarks>
    protected override Dimension OnDimensions(IEnumerable<Dimension> dimensions) => dimensions.Aggregate(Dimension.Fixed(1), (product, d) => product * d);

    protected override T Initial<T>() => T.One;

    protected override Func<T, T, T> Step<T>() => (product, x) => product * x;
}
