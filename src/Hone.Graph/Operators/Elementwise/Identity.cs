namespace Hone.Operators.Elementwise;

/// <summary>Copies its input.</summary>
/// <remarks>ONNX operator <c>Identity</c>, opset 1 and up: input <c>[...]</c> of any type, output the same.</remarks>
internal sealed class Identity : Operator
{
    public override string Name => "Identity";

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context) =>
        context.SetOutput(0, context.DataType(0), context.Shape(0), context.Contents(0));

    public override void Evaluate(EvaluationContext context) => context.SetOutput(0, context.Input(0).Clone());
}
