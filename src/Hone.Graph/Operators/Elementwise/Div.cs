using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>a / b; integers are rounded towards zero and wrap around.</summary>
/// <remarks>ONNX operator <c>Div</c>, opset 7 and up, any numeric type, with broadcasting.</remarks>
internal sealed class Div : BinaryOperator
{
    public override string Name => "Div";

    public override int SinceVersion => 7;

    protected override Func<T, T, T> Function<T>(EvaluationContext context)
    {
        // The quotient of the most negative integer by -1 does not exist; negation wraps around.
        T minusOne = -T.One;
        return T.IsNegative(minusOne) ? (a, b) => b == minusOne ? -a : a / b : (a, b) => a / b;
    }

    protected override Dimension OnDimensions(Dimension left, Dimension right)
    {
        // Dimensions divide towards minus infinity, which is the same for what is not negative.
        if (left.IsFixed && right.IsFixed)
            return right.Value is 0 or -1 ? Dimension.Unknown : left.Value / right.Value;
        return right is { IsFixed: true, Value: <= 0 } ? Dimension.Unknown : left / right;
    }
}
