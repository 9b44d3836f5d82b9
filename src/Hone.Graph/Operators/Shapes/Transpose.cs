using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Reorders the axes.</summary>
/// <remarks>
/// ONNX operator <c>Transpose</c>, opset 1 and up: input <c>[...]</c> of any type. Attribute perm: output axis i is input axis perm[i]; default
/// reverses.
/// </remarks>
internal sealed class Transpose : MovementOperator
{
    public override string Name => "Transpose";

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = null;
        if (context.Shape(0) is { } input)
        {
            int[] order = Order(context.Attributes, input.Rank) ?? throw context.Error($"perm is not a permutation of the axes of {input}.");
            shape = new SymbolicShape(Array.ConvertAll(order, axis => input[axis]));
        }
        else if (context.Attributes.GetInts("perm") is { } order)
        {
            shape = new SymbolicShape(new Dimension[order.Length]);
        }

        context.SetOutput(0, context.DataType(0), shape);
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape input = context.Input(0).Shape;
        int[] order = Order(context.Attributes, input.Rank) ?? throw context.Error($"perm is not a permutation of the axes of {input}.");
        long[] strides = input.Strides();
        TensorShape shape = new(Array.ConvertAll(order, axis => input[axis]));
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, shape);
        StridedCopy.Gather(shape, Elements<T>(context, 0), 0, Array.ConvertAll(order, axis => strides[axis]), RawElements.Of<T>(output));
    }

    /// <summary>The input axis behind each output axis, or null when perm is not a permutation.</summary>
    private static int[]? Order(AttributeMap attributes, int rank)
    {
        if (attributes.GetInts("perm") is not { } perm)
            return Enumerable.Range(0, rank).Reverse().ToArray();
        return perm.Length == rank && perm.Order().SequenceEqual(Enumerable.Range(0, rank).Select(a => (long)a)) ? Array.ConvertAll(perm, a => (int)a) : null;
    }
}
