using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Adds elements at the borders, or takes them away.</summary>
/// <remarks>
/// ONNX operator <c>Pad</c>, opset 19 and up: inputs data <c>[...]</c> of any type, pads (int64, the counts at the beginnings and then at the ends;
/// negative ones take away), constant_value (optional scalar, 0) and axes (optional, default all). Attribute mode: <c>constant</c> (default),
/// <c>reflect</c> (mirrored without repeating the border), <c>edge</c> (the border repeated), <c>wrap</c> (from the other side).
/// </remarks>
internal sealed class Pad : MovementOperator
{
    public override string Name => "Pad";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (2, 4);

    public override void InferTypes(InferenceContext context)
    {
        if (context.Shape(0) is not { } shape)
        {
            context.SetOutput(0, context.DataType(0), null);
            return;
        }

        long[]? axes = context.HasInput(3) ? context.FixedContents(3) : AllAxes(shape.Rank);
        Dimension[] dimensions = new Dimension[shape.Rank];
        if (axes is not null && context.Contents(1) is { } pads)
        {
            dimensions = [.. shape];
            if (pads.Count != 2 * axes.Length)
                throw context.Error($"pads has {pads.Count} elements for {axes.Length} axes.");
            for (int i = 0; i < axes.Length; i++)
            {
                int axis = context.NormalizeAxis(axes[i], shape.Rank);
                dimensions[axis] = dimensions[axis] + (pads[i] + pads[i + axes.Length]);
                if (dimensions[axis] is { IsFixed: true, Value: < 0 })
                    throw context.Error($"pads takes more than all of axis {axis} of {shape}.");
            }
        }

        context.SetOutput(0, context.DataType(0), new SymbolicShape(dimensions));
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape input = context.Input(0).Shape;
        long[] pads = context.Input(1).ToInt64Array();
        long[] axes = context.OptionalInput(3)?.ToInt64Array() ?? AllAxes(input.Rank);
        if (pads.Length != 2 * axes.Length)
            throw context.Error($"pads has {pads.Length} elements for {axes.Length} axes.");
        long[] dimensions = [.. input];
        long[] begins = new long[input.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = context.NormalizeAxis(axes[i], input.Rank);
            begins[axis] = pads[i];
            dimensions[axis] = checked(input[axis] + pads[i] + pads[i + axes.Length]);
        }

        Tensor output = context.CreateOutput(0, context.Input(0).DataType, dimensions);
        string mode = context.Attributes.GetString("mode", "constant");
        if (mode == "constant")
            PadWithConstant(context, begins, Elements<T>(context, 0), RawElements.Of<T>(output), output.Shape);
        else
            PadFromInput(context, mode, begins, Elements<T>(context, 0), RawElements.Of<T>(output), output.Shape);
    }

    private static long[] AllAxes(int rank) => Enumerable.Range(0, rank).Select(a => (long)a).ToArray();

    private void PadWithConstant<T>(EvaluationContext context, long[] begins, ReadOnlySpan<T> source, Span<T> result, TensorShape shape)
    {
        if (context.OptionalInput(2) is { ElementCount: > 0 })
            result.Fill(Elements<T>(context, 2)[0]);
        TensorShape input = context.Input(0).Shape;
        long[] common = new long[input.Rank];
        long from = 0;
        long to = 0;
        for (int axis = 0; axis < common.Length; axis++)
        {
            long first = Math.Max(0, -begins[axis]);
            long end = Math.Min(input[axis], shape[axis] - begins[axis]);
            common[axis] = Math.Max(end - first, 0);
            from += first * input.Strides()[axis];
            to += (first + begins[axis]) * shape.Strides()[axis];
        }

        StridedCopy.Run(common, source, from, input.Strides(), result, to, shape.Strides());
    }

    /// <summary>
    /// One axis after the other; what one adds the next repeats. Axes that shrink come first, so that what lies between is no larger than the
    /// larger of input and output.
    /// </summary>
    private static void PadFromInput<T>(EvaluationContext context, string mode, long[] begins, ReadOnlySpan<T> source, Span<T> result, TensorShape shape)
    {
        TensorShape current = context.Input(0).Shape;
        T[] elements = source.ToArray();
        TensorShape input = current;
        foreach (int axis in Enumerable.Range(0, begins.Length).OrderBy(axis => shape[axis] > input[axis]))
        {
            if (current[axis] == shape[axis] && begins[axis] == 0)
                continue;
            int[] indices = new int[shape[axis]];
            for (int i = 0; i < indices.Length; i++)
                indices[i] = SourceIndex(context, mode, i - begins[axis], current[axis]);
            long[] dimensions = [.. current];
            dimensions[axis] = shape[axis];
            TensorShape next = new(dimensions);
            T[] padded = new T[checked((int)next.ElementCount)];
            AxisGather.Run<T>(elements, current, axis, indices, padded);
            (elements, current) = (padded, next);
        }

        elements.CopyTo(result);
    }

    private static int SourceIndex(EvaluationContext context, string mode, long index, long length)
    {
        if (length == 0)
            throw context.Error("an axis of length 0 has nothing to pad from.");
        switch (mode)
        {
            case "edge":
                return (int)Math.Clamp(index, 0, length - 1);
            case "wrap":
                return (int)(((index % length) + length) % length);
            case "reflect":
                long period = Math.Max(2 * (length - 1), 1);
                long phase = ((index % period) + period) % period;
                return (int)Math.Min(phase, period - phase);
            default:
                throw context.Error($"the mode '{mode}' is not known.");
        }
    }
}
