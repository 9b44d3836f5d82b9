using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>The places of the elements that are not zero, in row-major order.</summary>
/// <remarks>
/// ONNX operator <c>NonZero</c>, opset 9 and up: input <c>[...]</c> of any numeric type or bool, output <c>[rank, count]</c> int64.
/// </remarks>
internal sealed class NonZero : Operator
{
    public override string Name => "NonZero";

    public override int SinceVersion => 9;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context) =>
        context.SetOutput(0, DataType.Int64, new SymbolicShape(context.Shape(0) is { } shape ? shape.Rank : Dimension.Unknown, Dimension.Unknown));

    public override void Evaluate(EvaluationContext context)
    {
        TensorShape shape = context.Input(0).Shape;
        using Tensor isNonZero = ElementConversion.Convert(context.Input(0), DataType.Bool);
        ReadOnlySpan<bool> elements = isNonZero.AsSpan<bool>();
        int count = elements.Count(true);
        Span<long> places = context.CreateOutput(0, DataType.Int64, shape.Rank, count).AsSpan<long>();
        long[] strides = shape.Strides();
        for (int i = 0, found = 0; found < count; i++)
        {
            if (!elements[i])
                continue;
            for (int axis = 0; axis < shape.Rank; axis++)
                places[(axis * count) + found] = i / strides[axis] % shape[axis];
            found++;
        }
    }
}
