using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>The remainder of a / b: with the sign of b, or with the sign of a when fmod is 1.</summary>
/// <remarks>
/// ONNX operator <c>Mod</c>, opset 10 and up, any numeric type, with broadcasting. Attribute fmod (0), which floating-point types need.
/// </remarks>
internal sealed class Mod : BinaryOperator
{
    public override string Name => "Mod";

    public override int SinceVersion => 10;

    public override void InferTypes(InferenceContext context)
    {
        if (!context.Attributes.GetBool("fmod"))
            context.RequireDataType(0, t => !t.IsFloatingPoint(), "an integer type unless fmod is 1");
        base.InferTypes(context);
    }

    protected override Func<T, T, T> Function<T>(EvaluationContext context)
    {
        T minusOne = -T.One;
        Func<T, T, T> truncated = T.IsNegative(minusOne) ? (a, b) => b == minusOne && !IsFloatingPoint<T>() ? T.Zero : a % b : (a, b) => a % b;
        if (context.Attributes.GetBool("fmod"))
            return truncated;
        return (a, b) =>
        {
            T remainder = truncated(a, b);
            return remainder != T.Zero && T.IsNegative(remainder) != T.IsNegative(b) ? remainder + b : remainder;
        };
    }

    /// <remarks>Where neither is negative both kinds of remainder are one.</remarks>
    protected override Dimension OnDimensions(Dimension left, Dimension right) =>
        left is { IsFixed: true, Value: >= 0 } && right is { IsFixed: true, Value: > 0 } ? left.Value % right.Value : Dimension.Unknown;

    private static bool IsFloatingPoint<T>() => typeof(T) == typeof(float) || typeof(T) == typeof(double);
}
