using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Turns a tensor into a matrix: the axes before one become the rows, the others the columns.</summary>
/// <remarks>
/// ONNX operator <c>Flatten</c>, opset 11 and up: input <c>[...]</c> of any type, output <c>[rows, columns]</c>. Attribute axis (1),
/// -rank..rank.
/// </remarks>
internal sealed class Flatten : Operator
{
    public override string Name => "Flatten";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        if (context.Shape(0) is not { } shape)
        {
            context.SetOutput(0, context.DataType(0), new SymbolicShape(Dimension.Unknown, Dimension.Unknown));
            return;
        }

        int axis = Axis(context.Attributes, shape.Rank) ?? throw context.Error($"the axis does not lie in {-shape.Rank}..{shape.Rank}.");
        Dimension rows = new SymbolicShape(shape.Dimensions[..axis]).ElementCount();
        Dimension columns = new SymbolicShape(shape.Dimensions[axis..]).ElementCount();
        context.SetOutput(0, context.DataType(0), new SymbolicShape(rows, columns));
    }

    public override void Evaluate(EvaluationContext context)
    {
        TensorShape shape = context.Input(0).Shape;
        int axis = Axis(context.Attributes, shape.Rank) ?? throw context.Error($"the axis does not lie in {-shape.Rank}..{shape.Rank}.");
        context.SetOutput(0, context.Input(0).Reshape(new TensorShape(shape.ElementCountOf(0, axis), shape.ElementCountOf(axis, shape.Rank))));
    }

    private static int? Axis(AttributeMap attributes, int rank)
    {
        long axis = attributes.GetInt("axis", 1);
        return axis < -rank || axis > rank ? null : (int)(axis < 0 ? axis + rank : axis);
    }
}
