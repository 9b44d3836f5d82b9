using Hone.Graphs;
using Hone.Operators.Windows;
using Hone.Tensors;

namespace Hone.Operators.Pooling;

/// <summary>Puts the maxima of a <see cref="MaxPool"/> back where they were, and zeros elsewhere.</summary>
/// <remarks>
/// ONNX operator <c>MaxUnpool</c>, opset 11 (22 adds bfloat16). Inputs X <c>[N, C, D1, ..]</c> floating-point, I int64 of the same
/// shape, places in a flattened tensor <c>[N, C, (D1 - 1) · stride + kernel - pads, ..]</c>, optional output_shape int64; output of that shape, in which
/// elements keep their coordinates, or of the shape the places are meant for. Attributes <c>kernel_shape</c>, <c>pads</c> (0), <c>strides</c> (1).
/// </remarks>
internal sealed class MaxUnpool : Operator
{
    public override string Name => "MaxUnpool";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (2, 3);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireFloat("X", context.DataType(0));
        node.RequireType("I", context.DataType(1), DataType.Int64);
        SymbolicShape? inferred = InferShape(node, context.Shape(0), context.Shape(1));
        if (context.HasInput(2))
        {
            IReadOnlyList<Dimension>? given = context.Contents(2);
            inferred = given is not null ? OutputShape(node, inferred, given) : inferred is null ? null : new SymbolicShape(new Dimension[inferred.Rank]);
        }

        context.SetOutput(0, context.DataType(0), inferred);
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor x, Tensor places) = (context.Node, context.Input(0), context.Input(1));
        SymbolicShape inferred = InferShape(node, new SymbolicShape(x.Shape), new SymbolicShape(places.Shape))!;
        TensorShape unpooled = node.Concrete(inferred, DataType.Float64);
        TensorShape shape = context.OptionalInput(2) is { } wanted
            ? node.Concrete(OutputShape(node, inferred, Array.ConvertAll(wanted.ToInt64Array(), Dimension.Fixed)), DataType.Float64)
            : unpooled;
        ReadOnlySpan<double> input = TensorConversion.Widen<double>(x);
        ReadOnlySpan<long> indices = places.AsSpan<long>();
        double[] output = new double[shape.ElementCount];
        for (int i = 0; i < input.Length; i++)
            output[Place(node, indices[i], unpooled, shape)] = input[i];
        context.SetOutput(0, TensorConversion.Narrow<double>(output, x.DataType, shape));
    }

    /// <summary>Where an element of the unpooled tensor lies in the output.</summary>
    private static int Place(Node node, long index, TensorShape unpooled, TensorShape output)
    {
        long[] strides = output.Strides();
        (long rest, long place) = (Math.Max(index, -1), 0);
        for (int axis = unpooled.Rank - 1; axis >= 0 && rest >= 0; axis--)
        {
            (rest, long coordinate) = Math.DivRem(rest, unpooled[axis]);
            rest = coordinate < output[axis] ? rest : -1;
            place += coordinate * strides[axis];
        }

        return rest == 0 ? (int)place : throw node.Error($"the place {index} does not lie in {unpooled} and the output {output}.");
    }

    private static SymbolicShape? InferShape(Node node, SymbolicShape? input, SymbolicShape? indices)
    {
        node.RequireRank("X", input, 3);
        if (input is null)
            return null;
        node.RequireShape("I", indices, input.Dimensions);
        WindowAttributes window = WindowAttributes.ReadPooling(node, input.Rank - 2);
        Dimension[] output = input.ToArray();
        for (int axis = 0; axis < window.Rank; axis++)
        {
            Dimension size = input[axis + 2];
            output[axis + 2] = size.IsFixed ? window.ResolveTransposed(axis, size.Value, 0, null).Input : window.TransposedSize(axis, size, 0);
        }

        return new SymbolicShape(output);
    }

    private static SymbolicShape OutputShape(Node node, SymbolicShape? inferred, IReadOnlyList<Dimension> given)
    {
        if (inferred is not null && given.Count != inferred.Rank)
            throw node.Error($"output_shape has {given.Count} entries, X has rank {inferred.Rank}.");
        foreach (Dimension dimension in given)
        {
            if (dimension is { IsFixed: true, Value: < 0 })
                throw node.Error($"output_shape [{string.Join(", ", given)}] has a negative entry.");
        }

        return new SymbolicShape(given.ToArray());
    }
}
