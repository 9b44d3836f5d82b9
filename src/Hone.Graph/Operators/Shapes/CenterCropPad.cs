using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Crops or pads with zeros about the middle to reach a shape.</summary>
/// <remarks>
/// ONNX operator <c>CenterCropPad</c>, opset 18 and up: inputs <c>[...]</c> of any type and shape (int32 or int64). Attribute axes: those that
/// shape is about, default all. An odd difference takes or adds one more at the end.
/// </remarks>
internal sealed class CenterCropPad : MovementOperator
{
    public override string Name => "CenterCropPad";

    public override int SinceVersion => 18;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = null;
        if (context.Shape(0) is { } input)
        {
            int[] axes = Axes(context.Attributes, input.Rank, context.NormalizeAxis);
            IReadOnlyList<Dimension> wanted = context.Contents(1) ?? new Dimension[axes.Length];
            if (wanted.Count != axes.Length)
                throw context.Error($"shape has {wanted.Count} elements for {axes.Length} axes.");
            shape = input;
            for (int i = 0; i < axes.Length; i++)
                shape = shape.With(axes[i], wanted[i]);
        }

        context.SetOutput(0, context.DataType(0), shape);
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape input = context.Input(0).Shape;
        int[] axes = Axes(context.Attributes, input.Rank, context.NormalizeAxis);
        long[] wanted = context.Input(1).ToInt64Array();
        if (wanted.Length != axes.Length)
            throw context.Error($"shape has {wanted.Length} elements for {axes.Length} axes.");
        long[] dimensions = [.. input];
        for (int i = 0; i < axes.Length; i++)
            dimensions[axes[i]] = wanted[i];
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, dimensions);
        long[] common = new long[input.Rank];
        long from = 0;
        long to = 0;
        for (int axis = 0; axis < common.Length; axis++)
        {
            common[axis] = Math.Min(input[axis], dimensions[axis]);
            from += (input[axis] - common[axis]) / 2 * input.Strides()[axis];
            to += (dimensions[axis] - common[axis]) / 2 * output.Shape.Strides()[axis];
        }

        StridedCopy.Run(common, Elements<T>(context, 0), from, input.Strides(), RawElements.Of<T>(output), to, output.Shape.Strides());
    }

    private static int[] Axes(AttributeMap attributes, int rank, Func<long, int, int> normalize) =>
        attributes.GetInts("axes") is { } axes ? Array.ConvertAll(axes, a => normalize(a, rank)) : Enumerable.Range(0, rank).ToArray();
}
