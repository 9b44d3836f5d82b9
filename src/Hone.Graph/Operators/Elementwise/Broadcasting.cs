using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>The loops of operators over several tensors whose shapes are broadcast to one.</summary>
internal static class Broadcasting
{
    /// <summary>The shape that broadcasting all inputs of a node gives.</summary>
    /// <exception cref="ModelFormatException">The shapes do not fit.</exception>
    public static TensorShape Shape(EvaluationContext context)
    {
        TensorShape result = TensorShape.Scalar;
        for (int i = 0; i < context.InputCount; i++)
        {
            TensorShape shape = context.Input(i).Shape;
            result = TensorShape.TryBroadcast(result, shape) ?? throw context.Error($"the shapes {result} and {shape} cannot be broadcast to one.");
        }

        return result;
    }

    /// <summary>The strides with which a dense tensor is read as one of a larger shape: 0 along the axes it is repeated on.</summary>
    /// <exception cref="ArgumentException">It cannot be broadcast to the shape.</exception>
    public static long[] Strides(TensorShape from, TensorShape to)
    {
        long[] strides = new long[to.Rank];
        long[] dense = from.Strides();
        int added = to.Rank - from.Rank;
        if (added < 0)
            throw new ArgumentException($"{from} cannot be broadcast to {to}.", nameof(from));
        for (int axis = 0; axis < from.Rank; axis++)
        {
            if (from[axis] != 1 && from[axis] != to[axis + added])
                throw new ArgumentException($"{from} cannot be broadcast to {to}.", nameof(from));
            strides[axis + added] = from[axis] == 1 ? 0 : dense[axis];
        }

        return strides;
    }

    /// <summary>Fills a dense result with a function of the elements of two operands.</summary>
    public static void Apply<TLeft, TRight, TResult>(
        TensorShape shape,
        ReadOnlySpan<TLeft> left,
        TensorShape leftShape,
        ReadOnlySpan<TRight> right,
        TensorShape rightShape,
        Span<TResult> result,
        Func<TLeft, TRight, TResult> function)
    {
        StridedLoop loop = new(shape.Dimensions, Strides(leftShape, shape), Strides(rightShape, shape));
        int to = 0;
        while (loop.NextRow())
        {
            int a = loop.Offset(0);
            int b = loop.Offset(1);
            Span<TResult> row = result.Slice(to, loop.RowLength);
            (int leftStep, int rightStep) = (loop.Step(0), loop.Step(1));
            for (int i = 0; i < row.Length; i++, a += leftStep, b += rightStep)
                row[i] = function(left[a], right[b]);
            to += row.Length;
        }
    }
}
