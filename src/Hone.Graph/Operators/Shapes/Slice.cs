using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Takes a range of steps along some axes.</summary>
/// <remarks>
/// ONNX operator <c>Slice</c>, opset 11 and up: inputs data <c>[...]</c> of any type, starts, ends, axes (optional, default the first ones) and steps
/// (optional, default 1), all int32 or int64. Negative starts and ends count from the back; both are limited to the axis.
/// </remarks>
internal sealed class Slice : MovementOperator
{
    public override string Name => "Slice";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (3, 5);

    public override void InferTypes(InferenceContext context)
    {
        if (context.Shape(0) is not { } shape)
        {
            context.SetOutput(0, context.DataType(0), null);
            return;
        }

        IReadOnlyList<Dimension>? starts = context.Contents(1);
        IReadOnlyList<Dimension>? ends = context.Contents(2);
        long[]? axes = context.HasInput(3) ? context.FixedContents(3) : starts is null ? null : DefaultAxes(starts.Count);
        if (axes is null)
        {
            context.SetOutput(0, context.DataType(0), new SymbolicShape(new Dimension[shape.Rank]));
            return;
        }

        long[]? steps = context.HasInput(4) ? context.FixedContents(4) : DefaultSteps(axes.Length);
        if ((starts?.Count ?? axes.Length) != axes.Length || (ends?.Count ?? axes.Length) != axes.Length || (steps?.Length ?? axes.Length) != axes.Length)
            throw context.Error("starts, ends, axes and steps differ in length.");
        Dimension[] dimensions = [.. shape];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = context.NormalizeAxis(axes[i], shape.Rank);
            dimensions[axis] = starts is null || ends is null || steps is null
                ? Dimension.Unknown
                : Length(context, shape[axis], starts[i], ends[i], steps[i]);
        }

        context.SetOutput(0, context.DataType(0), new SymbolicShape(dimensions), InferContents(context, shape, starts, ends, steps));
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape shape = context.Input(0).Shape;
        long[] starts = context.Input(1).ToInt64Array();
        long[] ends = context.Input(2).ToInt64Array();
        long[] axes = context.OptionalInput(3)?.ToInt64Array() ?? DefaultAxes(starts.Length);
        long[] steps = context.OptionalInput(4)?.ToInt64Array() ?? DefaultSteps(starts.Length);
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length)
            throw context.Error("starts, ends, axes and steps differ in length.");
        long[] dimensions = [.. shape];
        long[] strides = shape.Strides();
        long offset = 0;
        HashSet<int> seen = [];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = context.NormalizeAxis(axes[i], shape.Rank);
            if (!seen.Add(axis))
                throw context.Error($"axis {axis} occurs twice.");
            (long start, dimensions[axis]) = Range(context.Error, shape[axis], starts[i], ends[i], steps[i]);
            offset += start * strides[axis];
            strides[axis] = dimensions[axis] > 1 ? strides[axis] * steps[i] : 0;
        }

        Tensor output = context.CreateOutput(0, context.Input(0).DataType, dimensions);
        StridedCopy.Gather(output.Shape, Elements<T>(context, 0), offset, strides, RawElements.Of<T>(output));
    }

    private static long[] DefaultAxes(int count) => Enumerable.Range(0, count).Select(a => (long)a).ToArray();

    private static long[] DefaultSteps(int count) => Enumerable.Repeat(1L, count).ToArray();

    /// <summary>The first index and the number of indices that a range takes of an axis.</summary>
    private static (long Start, long Count) Range(Func<string, ModelFormatException> error, long length, long start, long end, long step)
    {
        if (step == 0)
            throw error("a step is 0.");
        start = start < 0 ? start + length : start;
        end = end < 0 ? end + length : end;
        if (step > 0)
        {
            start = Math.Clamp(start, 0, length);
            end = Math.Clamp(end, 0, length);
            return (start, end <= start ? 0 : ((end - start - 1) / step) + 1);
        }

        start = Math.Clamp(start, -1, length - 1);
        end = Math.Clamp(end, -1, length - 1);
        return end >= start ? (0, 0) : (start, ((end - start + 1) / step) + 1);
    }

    private static Dimension Length(InferenceContext context, Dimension length, Dimension start, Dimension end, long step)
    {
        if (length.IsFixed && start.IsFixed && end.IsFixed)
            return Range(context.Error, length.Value, start.Value, end.Value, step).Count;
        if (step != 1 || start is not { IsFixed: true, Value: 0 })
            return Dimension.Unknown;
        // From the front to "the end" is all of it. A symbol as the end is a length that the axis is meant to have room for.
        if (end == length || end is { IsFixed: true, Value: >= int.MaxValue })
            return length;
        return end.Symbol is { } symbol && !symbol.Contains('-', StringComparison.Ordinal) ? end : Dimension.Unknown;
    }

    private static Dimension[]? InferContents(
        InferenceContext context,
        SymbolicShape shape,
        IReadOnlyList<Dimension>? starts,
        IReadOnlyList<Dimension>? ends,
        long[]? steps)
    {
        if (context.Contents(0) is not { } all || shape.Rank != 1)
            return null;
        if (steps is not [var step] || starts is not [{ IsFixed: true } start] || ends is not [{ IsFixed: true } end])
            return null;
        (long first, long count) = Range(context.Error, all.Count, start.Value, end.Value, step);
        return Enumerable.Range(0, (int)count).Select(i => all[(int)(first + (i * step))]).ToArray();
    }
}
