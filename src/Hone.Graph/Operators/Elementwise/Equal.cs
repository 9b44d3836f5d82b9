using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>Whether a = b.</summary>
/// <remarks>ONNX operator <c>Equal</c>, opset 11 and up (strings 19), any type, with broadcasting.</remarks>
internal sealed class Equal : ComparisonOperator
{
    public override string Name => "Equal";

    public override int SinceVersion => 11;

    protected override Func<T, T, bool> Function<T>() => (a, b) => a == b;

    protected override Dimension OnDimensions(Dimension left, Dimension right)
    {
        // A symbol stands for a size, which no negative number is: this is how exported shapes test for the -1 of "as it was".
        if (left == right && !left.IsUnknown)
            return 1;
        return IsSize(left) && IsNegative(right) || IsNegative(left) && IsSize(right) ? 0 : base.OnDimensions(left, right);
    }

    protected override void EvaluateOther(EvaluationContext context, DataType type)
    {
        if (type == DataType.Bool)
            Apply(context, context.Input(0).AsSpan<bool>(), context.Input(1).AsSpan<bool>(), (a, b) => a == b);
        else if (type == DataType.String)
            Apply<string>(context, context.Input(0).Strings, context.Input(1).Strings, (a, b) => a == b);
        else
            base.EvaluateOther(context, type);
    }

    private static bool IsNegative(Dimension dimension) => dimension is { IsFixed: true, Value: < 0 };

    private static bool IsSize(Dimension dimension) => dimension.Symbol is { } symbol && !symbol.Contains('-', StringComparison.Ordinal);
}
