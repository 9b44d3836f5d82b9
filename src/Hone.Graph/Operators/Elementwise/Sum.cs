using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The sum of the inputs.</summary>
/// <remarks>ONNX operator <c>Sum</c>, opset 8 and up, any numeric type, with broadcasting.</remarks>
internal sealed class Sum : VariadicOperator
{
    public override string Name => "Sum";

    protected override Func<T, T, T> Function<T>() => (a, b) => a + b;

    protected override Dimension OnDimensions(Dimension left, Dimension right) => left + right;
}
