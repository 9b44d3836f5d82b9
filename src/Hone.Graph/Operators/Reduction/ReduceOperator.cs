using System.Numerics;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Reduction;

/// <summary>Combines the elements along some axes into one.</summary>
/// <remarks>
/// ONNX operators <c>Reduce*</c>, opset 18 and up: inputs data <c>[...]</c> of any numeric type and axes (optional, int64; default all, or none when
/// attribute noop_with_empty_axes (0) is 1). Attribute keepdims (1) leaves reduced axes with length 1. Floating point is accumulated in binary64,
/// integers in 64 bits, and rounded or cut once at the end.
/// </remarks>
internal abstract class ReduceOperator : NumericOperator
{
    public override int SinceVersion => 18;

    public override (int Minimum, int Maximum) InputCount => (1, 2);

    /// <value>Whether integers are accumulated as real numbers, because the result is not a sum or product of integers.</value>
    protected virtual bool NeedsReals => false;

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = null;
        bool keep = context.Attributes.GetBool("keepdims", true);
        if (context.Shape(0) is { } input)
        {
            if (!context.HasInput(1) || context.FixedContents(1) is not null)
                shape = ReducedShape(input, Axes(context.Attributes, context.FixedContents(1), input.Rank, context.NormalizeAxis), keep);
            else if (keep)
                shape = new SymbolicShape(new Dimension[input.Rank]);
        }

        context.SetOutput(0, context.DataType(0), shape, InferContents(context));
    }

    /// <summary>What the elements of a shape reduce to; unknown where shape arithmetic has no use for it.</summary>
    protected virtual Dimension OnDimensions(IEnumerable<Dimension> dimensions) => Dimension.Unknown;

    /// <summary>What no elements combine to.</summary>
    protected abstract T Initial<T>()
        where T : INumber<T>;

    /// <summary>Combines what is accumulated so far with the next element.</summary>
    protected abstract Func<T, T, T> Step<T>()
        where T : INumber<T>;

    /// <summary>Turns what was accumulated over a number of elements into the result.</summary>
    protected virtual T Finish<T>(T accumulated, long count)
        where T : INumber<T> => accumulated;

    protected sealed override void Evaluate<T>(EvaluationContext context)
    {
        if (NeedsReals || typeof(T) == typeof(float) || typeof(T) == typeof(double))
            Reduce<T, double>(context);
        else if (typeof(T) == typeof(ulong))
            Reduce<T, ulong>(context);
        else
            Reduce<T, long>(context);
    }

    /// <summary>Accumulates all elements, each into the place that the strides give it.</summary>
    protected virtual void Accumulate<T, TSum>(ReadOnlySpan<T> elements, TensorShape shape, long[] strides, Span<TSum> sums)
        where T : INumber<T>
        where TSum : INumber<TSum>
    {
        Func<TSum, TSum, TSum> step = Step<TSum>();
        StridedLoop loop = new(shape.Dimensions, shape.Strides(), strides);
        while (loop.NextRow())
        {
            // Elements are dense: within a row they follow each other whatever the sums do.
            ReadOnlySpan<T> row = elements.Slice(loop.Offset(0), loop.RowLength);
            int to = loop.Offset(1);
            int toStep = loop.Step(1);
            for (int i = 0; i < row.Length; i++, to += toStep)
                sums[to] = step(sums[to], TSum.CreateTruncating(row[i]));
        }
    }

    private Dimension[]? InferContents(InferenceContext context)
    {
        if (context.Contents(0) is not { } elements || context.Shape(0) is not { Rank: 1 } || (context.HasInput(1) && context.FixedContents(1) is not [_]))
            return null;
        if (!context.HasInput(1) && context.Attributes.GetBool("noop_with_empty_axes"))
            return null;
        return OnDimensions(elements) is { IsUnknown: false } result ? [result] : null;
    }

    private static SymbolicShape ReducedShape(SymbolicShape input, bool[] reduced, bool keep) =>
        new(input.Select((d, axis) => reduced[axis] ? 1 : d).Where((_, axis) => keep || !reduced[axis]).ToArray());

    private static bool[] Axes(AttributeMap attributes, long[]? axes, int rank, Func<long, int, int> normalize)
    {
        bool[] reduced = new bool[rank];
        if (axes is null or [])
            Array.Fill(reduced, !attributes.GetBool("noop_with_empty_axes"));
        else
            Array.ForEach(axes, axis => reduced[normalize(axis, rank)] = true);
        return reduced;
    }

    private void Reduce<T, TSum>(EvaluationContext context)
        where T : unmanaged, INumber<T>
        where TSum : INumber<TSum>
    {
        Tensor input = context.Input(0);
        TensorShape shape = input.Shape;
        bool[] reduced = Axes(context.Attributes, context.OptionalInput(1)?.ToInt64Array(), shape.Rank, context.NormalizeAxis);
        TensorShape kept = new(shape.Select((d, axis) => reduced[axis] ? 1 : d).ToArray());
        bool keep = context.Attributes.GetBool("keepdims", true);
        Tensor output = context.CreateOutput(0, input.DataType, keep ? kept : new TensorShape(shape.Where((_, axis) => !reduced[axis]).ToArray()));
        long[] strides = kept.Strides();
        for (int axis = 0; axis < strides.Length; axis++)
            strides[axis] = reduced[axis] ? 0 : strides[axis];

        TSum[] sums = new TSum[checked((int)kept.ElementCount)];
        Array.Fill(sums, TSum.CreateTruncating(Initial<T>()));
        Accumulate(input.AsSpan<T>(), shape, strides, sums.AsSpan());
        long count = 1;
        for (int axis = 0; axis < reduced.Length; axis++)
            count *= reduced[axis] ? shape[axis] : 1;
        Span<T> result = output.AsSpan<T>();
        for (int i = 0; i < result.Length; i++)
            result[i] = T.CreateTruncating(Finish(sums[i], count));
    }
}
