namespace Hone.Operators.Elementwise;

/// <summary>x limited to the range min..max; NaN stays NaN.</summary>
/// <remarks>
/// ONNX operator <c>Clip</c>, opset 11 and up: inputs X <c>[...]</c> of any numeric type, min and max (optional, scalars; default no limit).
/// Where min &gt; max, all elements are max.
/// </remarks>
internal sealed class Clip : NumericOperator
{
    public override string Name => "Clip";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (1, 3);

    public override void InferTypes(InferenceContext context) =>
        context.SetOutput(0, context.CommonDataTypeFrom(0), context.Shape(0));

    protected override void Evaluate<T>(EvaluationContext context)
    {
        bool hasMinimum = context.OptionalInput(1) is not null;
        bool hasMaximum = context.OptionalInput(2) is not null;
        T minimum = hasMinimum ? context.Input(1).Item<T>() : T.Zero;
        T maximum = hasMaximum ? context.Input(2).Item<T>() : T.Zero;
        ReadOnlySpan<T> x = context.Input(0).AsSpan<T>();
        Span<T> y = context.CreateOutput(0, context.Input(0).DataType, context.Input(0).Shape).AsSpan<T>();
        for (int i = 0; i < y.Length; i++)
        {
            T value = hasMinimum ? T.Max(x[i], minimum) : x[i];
            y[i] = hasMaximum ? T.Min(value, maximum) : value;
        }
    }
}
