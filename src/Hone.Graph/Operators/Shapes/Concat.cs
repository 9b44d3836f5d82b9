using Hone.Graphs;
using Hone.Operators.Elementwise;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Joins tensors along an axis.</summary>
/// <remarks>ONNX operator <c>Concat</c>, opset 11 and up: one or more inputs of one type whose shapes differ only along attribute axis.</remarks>
internal sealed class Concat : MovementOperator
{
    public override string Name => "Concat";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (1, int.MaxValue);

    public override void InferTypes(InferenceContext context) =>
        context.SetOutput(0, context.CommonDataTypeFrom(0), InferShape(context), InferContents(context));

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape first = context.Input(0).Shape;
        int axis = context.NormalizeAxis(context.Attributes.RequireInt("axis"), first.Rank);
        long length = 0;
        for (int i = 0; i < context.InputCount; i++)
        {
            TensorShape shape = context.Input(i).Shape;
            if (shape.Rank != first.Rank || shape.Where((d, a) => a != axis && d != first[a]).Any())
                throw context.Error($"the shapes {first} and {shape} differ elsewhere than along axis {axis}.");
            length += shape[axis];
        }

        long[] dimensions = [.. first];
        dimensions[axis] = length;
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, dimensions);
        long[] strides = output.Shape.Strides();
        Span<T> result = RawElements.Of<T>(output);
        long offset = 0;
        for (int i = 0; i < context.InputCount; i++)
        {
            TensorShape shape = context.Input(i).Shape;
            StridedCopy.Run(shape.Dimensions, Elements<T>(context, i), 0, shape.Strides(), result, offset, strides);
            offset += shape[axis] * strides[axis];
        }
    }

    private static SymbolicShape? InferShape(InferenceContext context)
    {
        SymbolicShape? result = null;
        int count = context.Node.Inputs.Count;
        for (int i = 0; i < count; i++)
            result ??= context.Shape(i);
        if (result is null)
            return null;
        int axis = context.NormalizeAxis(context.Attributes.RequireInt("axis"), result.Rank);
        Dimension[] dimensions = [.. result];
        dimensions[axis] = 0;
        for (int i = 0; i < count; i++)
        {
            if (context.Shape(i) is not { } shape)
            {
                dimensions[axis] = Dimension.Unknown;
                continue;
            }

            if (shape.Rank != result.Rank)
                throw context.Error($"the shapes {result} and {shape} differ in rank.");
            for (int a = 0; a < dimensions.Length; a++)
            {
                if (a == axis)
                    dimensions[a] += shape[a];
                else if (!dimensions[a].IsFixed && shape[a].IsFixed)
                    dimensions[a] = shape[a];
                else if (dimensions[a].IsFixed && shape[a].IsFixed && dimensions[a] != shape[a])
                    throw context.Error($"the shapes {result} and {shape} differ along axis {a}.");
            }
        }

        return new SymbolicShape(dimensions);
    }

    private static List<Dimension>? InferContents(InferenceContext context)
    {
        List<Dimension> result = [];
        for (int i = 0; i < context.Node.Inputs.Count; i++)
        {
            if (context.Contents(i) is { } known && context.Shape(i) is { Rank: 1 })
                result.AddRange(known);
            else if (context.DataType(i) == DataType.Int64 && context.Shape(i) is { } shape && IsShort(shape))
                result.AddRange(new Dimension[shape[0].Value]);
            else
                return null;
            if (result.Count > ShapeArithmetic.LongestContents)
                return null;
        }

        return result;
    }

    private static bool IsShort(SymbolicShape shape) => shape is { Rank: 1, IsFixed: true } && shape[0].Value <= ShapeArithmetic.LongestContents;
}
