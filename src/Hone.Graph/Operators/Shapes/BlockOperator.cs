using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Moves between the channels and the spatial axes of images: input split into six axes, reordered, and joined again.</summary>
internal abstract class BlockOperator : MovementOperator
{
    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public sealed override void InferTypes(InferenceContext context)
    {
        context.RequireRank(0, 4);
        SymbolicShape? shape = context.Shape(0) is { } input
            ? OutputShape(context, input, BlockSize(context.Attributes))
            : new SymbolicShape(new Dimension[4]);
        context.SetOutput(0, context.DataType(0), shape);
    }

    /// <summary>The output's shape.</summary>
    protected abstract SymbolicShape OutputShape(InferenceContext context, SymbolicShape input, long block);

    /// <summary>The input's six axes, and their order in the output.</summary>
    protected abstract (long[] Axes, int[] Order) Split(EvaluationContext context, TensorShape input, long block);

    protected sealed override void Evaluate<T>(EvaluationContext context)
    {
        Tensor input = context.Input(0);
        if (input.Shape.Rank != 4)
            throw context.Error($"its input is {input.Shape}; it must be [N, C, H, W].");
        (long[] axes, int[] order) = Split(context, input.Shape, BlockSize(context.Attributes));
        TensorShape split = new(axes);
        if (split.ElementCount != input.ElementCount)
            throw context.Error($"the blocks do not divide {input.Shape}.");
        long[] strides = split.Strides();
        long[] d = Array.ConvertAll(order, axis => axes[axis]);
        // Which of the six axes join to one depends on the direction; only the order of the elements matters for the copy.
        Tensor output = context.CreateOutput(0, input.DataType, Join(d));
        StridedCopy.Gather(new TensorShape(d), Elements<T>(context, 0), 0, Array.ConvertAll(order, axis => strides[axis]), RawElements.Of<T>(output));
    }

    /// <summary>The output's shape from the six reordered axes.</summary>
    protected abstract long[] Join(long[] axes);

    private static long BlockSize(AttributeMap attributes) =>
        attributes.RequireInt("blocksize") is > 0 and <= int.MaxValue and long size
            ? size
            : throw new HoneException("The attribute 'blocksize' must be positive.");
}
