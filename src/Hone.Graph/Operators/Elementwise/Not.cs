using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>Whether x is false.</summary>
/// <remarks>ONNX operator <c>Not</c>, opset 1 and up: input <c>[...]</c> bool, output the same.</remarks>
internal sealed class Not : Operator
{
    public override string Name => "Not";

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        context.RequireDataType(0, t => t == DataType.Bool, "bool");
        context.SetOutput(0, DataType.Bool, context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        ReadOnlySpan<bool> x = context.Input(0).AsSpan<bool>();
        Span<bool> y = context.CreateOutput(0, DataType.Bool, context.Input(0).Shape).AsSpan<bool>();
        for (int i = 0; i < y.Length; i++)
            y[i] = !x[i];
    }
}
