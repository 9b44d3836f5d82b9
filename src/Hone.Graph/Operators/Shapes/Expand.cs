using Hone.Graphs;
using Hone.Operators.Elementwise;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Repeats a tensor along axes of length 1 to reach a shape.</summary>
/// <remarks>
/// ONNX operator <c>Expand</c>, opset 8 and up: inputs data <c>[...]</c> of any type and shape (int64); output of the shape that broadcasting
/// both gives.
/// </remarks>
internal sealed class Expand : MovementOperator
{
    public override string Name => "Expand";

    public override int SinceVersion => 8;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = context.Shape(0) is { } input && context.Contents(1) is { } wanted
            ? SymbolicShape.Broadcast(input, new SymbolicShape(wanted.ToArray()))
            : null;
        Dimension[]? contents = context.Contents(0) is [var only] && shape is { Rank: 1, IsFixed: true }
            && shape[0].Value is >= 0 and <= ShapeArithmetic.LongestContents
            ? Enumerable.Repeat(only, (int)shape[0].Value).ToArray()
            : null;
        context.SetOutput(0, context.DataType(0), shape, contents);
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape input = context.Input(0).Shape;
        TensorShape wanted = new(context.Input(1).ToInt64Array());
        TensorShape shape = TensorShape.TryBroadcast(input, wanted) ?? throw context.Error($"{input} cannot be expanded to {wanted}.");
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, shape);
        StridedCopy.Gather(shape, Elements<T>(context, 0), 0, Broadcasting.Strides(input, shape), RawElements.Of<T>(output));
    }
}
