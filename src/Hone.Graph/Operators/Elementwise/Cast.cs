using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>Converts the elements to another type.</summary>
/// <remarks>
/// ONNX operator <c>Cast</c>, opset 6 and up: input <c>[...]</c> of any type, output the same shape, of the type in attribute to. See <see
/// cref="ElementConversion"/> for the rules.
/// </remarks>
internal sealed class Cast : Operator
{
    public override string Name => "Cast";

    public override int SinceVersion => 6;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        DataType target = Target(context.Attributes);
        bool keepsNumbers = target is DataType.Int64 or DataType.Int32 && context.DataType(0).IsInteger();
        context.SetOutput(0, target, context.Shape(0), keepsNumbers ? context.Contents(0) : null);
    }

    public override void Evaluate(EvaluationContext context) =>
        context.SetOutput(0, ElementConversion.Convert(context.Input(0), Target(context.Attributes)));

    private static DataType Target(AttributeMap attributes)
    {
        DataType target = attributes.GetDataType("to", DataType.Undefined);
        return target != DataType.Undefined ? target : throw new HoneException("The attribute 'to' must be an element type.");
    }
}
