using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>Joins tensors of codes along an axis, each with its own scale and zero point.</summary>
/// <remarks>
/// ONNX Runtime operator <c>com.microsoft.QLinearConcat</c>, version 1. Inputs Y_scale, Y_zero_point, then for each tensor its codes (all uint8 or
/// all int8), scale and zero point. Attribute <c>axis</c>. Codes are dequantized and quantized again.
/// </remarks>
internal sealed class QLinearConcat : MicrosoftOperator
{
    public override string Name => "QLinearConcat";

    public override (int Minimum, int Maximum) InputCount => (5, int.MaxValue);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireType("Y_zero_point", context.DataType(1), DataType.UInt8, DataType.Int8);
        SymbolicShape?[] shapes = new SymbolicShape?[Count(node)];
        for (int i = 0; i < shapes.Length; i++)
        {
            node.RequireType($"tensor {i}", context.DataType(2 + 3 * i), context.DataType(1));
            shapes[i] = context.Shape(2 + 3 * i);
        }

        context.SetOutput(0, context.DataType(1), InferShape(node, shapes));
    }

    public override void Evaluate(EvaluationContext context)
    {
        Node node = context.Node;
        Tensor[] tensors = [.. Enumerable.Range(0, Count(node)).Select(i => context.Input(2 + 3 * i))];
        SymbolicShape inferred = InferShape(node, Array.ConvertAll(tensors, t => (SymbolicShape?)new SymbolicShape(t.Shape)))!;
        int axis = node.NormalizeAxis(node.Attributes.RequireInt("axis"), inferred.Rank);
        TensorParameters output = TensorParameters.Read(context, 0, 1, DataType.UInt8);
        Tensor result = new(output.DataType, node.Concrete(inferred, output.DataType));
        context.SetOutput(0, result);
        long[] strides = result.Shape.Strides();
        long offset = 0;
        for (int i = 0; i < tensors.Length; i++)
        {
            TensorShape shape = tensors[i].Shape;
            using Tensor real = TensorParameters.Read(context, 3 + 3 * i, 4 + 3 * i, tensors[i].DataType).Dequantize(tensors[i]);
            using Tensor codes = output.Quantize(real);
            StridedCopy.Run(shape.Dimensions, codes.Bytes, 0, shape.Strides(), result.Bytes, offset, strides);
            offset += shape[axis] * strides[axis];
        }
    }

    private static int Count(Node node) =>
        (node.Inputs.Count - 2) % 3 == 0 ? (node.Inputs.Count - 2) / 3 : throw node.Error($"{node.Inputs.Count} inputs are not a scale, a zero point and triples.");

    private static SymbolicShape? InferShape(Node node, SymbolicShape?[] shapes)
    {
        if (Array.Exists(shapes, s => s is null))
            return null;
        SymbolicShape result = shapes[0]!;
        int axis = node.NormalizeAxis(node.Attributes.RequireInt("axis"), result.Rank);
        for (int i = 1; i < shapes.Length; i++)
        {
            SymbolicShape shape = shapes[i]!;
            node.RequireShape($"tensor {i}", shape, result.With(axis, Dimension.Unknown).Dimensions);
            result = result.With(axis, result[axis] + shape[axis]);
        }

        return result;
    }
}
