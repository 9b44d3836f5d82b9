using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>Takes the bits of the elements for those of another type of the same width.</summary>
/// <remarks>
/// ONNX operator <c>BitCast</c>, opset 26 and up: input <c>[...]</c> of any type but string, output the same shape, of the type in attribute to.
/// </remarks>
internal sealed class BitCast : Operator
{
    public override string Name => "BitCast";

    public override int SinceVersion => 26;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        DataType target = Target(context.Attributes);
        context.RequireDataType(0, t => t.BitWidth() == target.BitWidth() && t.BitWidth() > 0, $"as wide as {target.DisplayName()}");
        context.SetOutput(0, target, context.Shape(0));
    }

    public override void Evaluate(EvaluationContext context)
    {
        Tensor input = context.Input(0);
        Tensor output = context.CreateOutput(0, Target(context.Attributes), input.Shape);
        if (input.DataType.BitWidth() != output.DataType.BitWidth())
            throw context.Error($"{input.DataType.DisplayName()} is not as wide as {output.DataType.DisplayName()}.");
        input.Bytes.CopyTo(output.Bytes);
    }

    private static DataType Target(AttributeMap attributes)
    {
        DataType target = attributes.GetDataType("to", DataType.Undefined);
        return target.BitWidth() > 0
            ? target
            : throw new HoneException($"The attribute 'to' must be an element type of fixed width, not {target.DisplayName()}.");
    }
}
