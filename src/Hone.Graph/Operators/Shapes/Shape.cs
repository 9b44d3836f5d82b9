using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>The dimensions of a tensor, or a range of them.</summary>
/// <remarks>
/// ONNX operator <c>Shape</c>, opset 15 and up: input <c>[...]</c> of any type, output <c>[end - start]</c> int64. Attributes start (0) and
/// end (the rank); negative ones count from the back, and both are limited to 0..rank.
/// </remarks>
internal sealed class Shape : Operator
{
    public override string Name => "Shape";

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        if (context.Shape(0) is not { } shape)
        {
            context.SetOutput(0, DataType.Int64, new SymbolicShape(Dimension.Unknown));
            return;
        }

        (int start, int count) = Range(context.Attributes, shape.Rank);
        context.SetOutput(0, DataType.Int64, new SymbolicShape(count), shape.Dimensions.Slice(start, count).ToArray());
    }

    public override void Evaluate(EvaluationContext context)
    {
        TensorShape shape = context.Input(0).Shape;
        (int start, int count) = Range(context.Attributes, shape.Rank);
        context.SetOutput(0, Tensor.Vector(shape.Dimensions.Slice(start, count)));
    }

    private static (int Start, int Count) Range(AttributeMap attributes, int rank)
    {
        int start = Position(attributes.GetInt("start", 0), rank);
        int end = Position(attributes.GetInt("end", rank), rank);
        return (start, Math.Max(end - start, 0));
    }

    private static int Position(long index, int rank) => (int)Math.Clamp(index < 0 ? index + rank : index, 0, rank);
}
