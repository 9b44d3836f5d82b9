using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>Whether x is infinite.</summary>
/// <remarks>
/// ONNX operator <c>IsInf</c>, opset 10 and up: input <c>[...]</c> of any floating-point type, output the same shape, bool. Attributes
/// detect_positive (1) and detect_negative (1).
/// </remarks>
internal sealed class IsInf : NumericOperator
{
    public override string Name => "IsInf";

    public override int SinceVersion => 10;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context) => context.SetOutput(0, DataType.Bool, context.Shape(0));

    protected override void Evaluate<T>(EvaluationContext context)
    {
        bool positive = context.Attributes.GetBool("detect_positive", true);
        bool negative = context.Attributes.GetBool("detect_negative", true);
        ReadOnlySpan<T> x = context.Input(0).AsSpan<T>();
        Span<bool> y = context.CreateOutput(0, DataType.Bool, context.Input(0).Shape).AsSpan<bool>();
        for (int i = 0; i < y.Length; i++)
            y[i] = (positive && T.IsPositiveInfinity(x[i])) || (negative && T.IsNegativeInfinity(x[i]));
    }
}
