using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Cuts a tensor into parts along an axis.</summary>
/// <remarks>
/// ONNX operator <c>Split</c>, opset 18 and up: inputs data <c>[...]</c> of any type and split (optional, int64, the parts' lengths). Without split,
/// the parts are equal, but for a shorter last one; there are as many as attribute num_outputs or the node's outputs. Attribute axis (0).
/// </remarks>
internal sealed class Split : MovementOperator
{
    public override string Name => "Split";

    public override int SinceVersion => 13;

    public override (int Minimum, int Maximum) InputCount => (1, 2);

    public override (int Minimum, int Maximum) OutputCount => (1, int.MaxValue);

    public override void InferTypes(InferenceContext context)
    {
        int count = context.Node.Outputs.Count;
        if (context.Shape(0) is not { } shape)
        {
            for (int i = 0; i < count; i++)
                context.SetOutput(i, context.DataType(0), null);
            return;
        }

        int axis = context.NormalizeAxis(context.Attributes.GetInt("axis", 0), shape.Rank);
        long[]? lengths = context.HasInput(1) ? context.FixedContents(1) : shape[axis].IsFixed ? EqualLengths(shape[axis].Value, count) : null;
        if (lengths is not null)
            Check(lengths, shape[axis].IsFixed ? shape[axis].Value : lengths.Sum(), count, context.Error);
        int offset = 0;
        for (int i = 0; i < count; i++)
        {
            Dimension length = lengths is not null ? lengths[i] : count == 1 ? shape[axis] : Dimension.Unknown;
            IReadOnlyList<Dimension>? contents = context.Contents(0) is { } all && lengths is not null && shape.Rank == 1
                ? all.Skip(offset).Take((int)lengths[i]).ToArray()
                : null;
            context.SetOutput(i, context.DataType(0), shape.With(axis, length), contents);
            offset += contents?.Count ?? 0;
        }
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape shape = context.Input(0).Shape;
        int axis = context.NormalizeAxis(context.Attributes.GetInt("axis", 0), shape.Rank);
        long[] lengths = context.OptionalInput(1)?.ToInt64Array() ?? EqualLengths(shape[axis], context.OutputCount);
        Check(lengths, shape[axis], context.OutputCount, context.Error);
        long[] strides = shape.Strides();
        long offset = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            long[] dimensions = [.. shape];
            dimensions[axis] = lengths[i];
            Tensor output = context.CreateOutput(i, context.Input(0).DataType, dimensions);
            StridedCopy.Gather(output.Shape, Elements<T>(context, 0), offset, strides, RawElements.Of<T>(output));
            offset += lengths[i] * strides[axis];
        }
    }

    private static long[] EqualLengths(long length, int count)
    {
        long part = (length + count - 1) / count;
        long[] lengths = new long[count];
        for (int i = 0; i < count; i++)
            lengths[i] = Math.Clamp(length - (i * part), 0, part);
        return lengths;
    }

    private static void Check(long[] lengths, long length, int count, Func<string, ModelFormatException> error)
    {
        if (lengths.Length != count)
            throw error($"split has {lengths.Length} lengths for {count} outputs.");
        long sum = 0;
        foreach (long part in lengths)
            sum = part >= 0 ? checked(sum + part) : throw error($"split has the negative length {part}.");
        if (sum != length)
            throw error($"the lengths of split add up to {sum}, the axis has {length}.");
    }
}
