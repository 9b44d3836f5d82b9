using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>Whether x is not a number.</summary>
/// <remarks>ONNX operator <c>IsNaN</c>, opset 9 and up: input <c>[...]</c> of any floating-point type, output the same shape, bool.</remarks>
internal sealed class IsNaN : NumericOperator
{
    public override string Name => "IsNaN";

    public override int SinceVersion => 9;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context) => context.SetOutput(0, DataType.Bool, context.Shape(0));

    protected override void Evaluate<T>(EvaluationContext context)
    {
        ReadOnlySpan<T> x = context.Input(0).AsSpan<T>();
        Span<bool> y = context.CreateOutput(0, DataType.Bool, context.Input(0).Shape).AsSpan<bool>();
        for (int i = 0; i < y.Length; i++)
            y[i] = T.IsNaN(x[i]);
    }
}
