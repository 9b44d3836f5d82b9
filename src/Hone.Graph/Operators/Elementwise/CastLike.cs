namespace Hone.Operators.Elementwise;

/// <summary>Converts the elements to the type of another tensor.</summary>
/// <remarks>
/// ONNX operator <c>CastLike</c>, opset 15 and up: inputs <c>[...]</c> of any type and one whose type is wanted, output the shape of the first.
/// </remarks>
internal sealed class CastLike : Operator
{
    public override string Name => "CastLike";

    public override int SinceVersion => 15;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context) => context.SetOutput(0, context.DataType(1), context.Shape(0));

    public override void Evaluate(EvaluationContext context) =>
        context.SetOutput(0, ElementConversion.Convert(context.Input(0), context.Input(1).DataType));
}
