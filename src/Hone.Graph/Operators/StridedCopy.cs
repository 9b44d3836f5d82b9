using Hone.Tensors;

namespace Hone.Operators;

/// <summary>Copies blocks of elements between strided places.</summary>
internal static class StridedCopy
{
    /// <summary>Copies a block.</summary>
    /// <param name="dimensions">The block's dimensions.</param>
    /// <param name="source">The elements to read.</param>
    /// <param name="sourceOffset">Where the block begins in <paramref name="source"/>.</param>
    /// <param name="sourceStrides">One for each dimension, in elements; 0 repeats, negative reads backwards.</param>
    /// <param name="destination">The elements to write.</param>
    /// <param name="destinationOffset">Where the block begins in <paramref name="destination"/>.</param>
    /// <param name="destinationStrides">One for each dimension, in elements.</param>
    public static void Run<T>(
        ReadOnlySpan<long> dimensions,
        ReadOnlySpan<T> source,
        long sourceOffset,
        long[] sourceStrides,
        Span<T> destination,
        long destinationOffset,
        long[] destinationStrides)
    {
        StridedLoop loop = new(dimensions, sourceStrides, destinationStrides);
        while (loop.NextRow())
        {
            int from = checked((int)(loop.Offset(0) + sourceOffset));
            int to = checked((int)(loop.Offset(1) + destinationOffset));
            int fromStep = loop.Step(0);
            int toStep = loop.Step(1);
            if (fromStep == 1 && toStep == 1)
            {
                source.Slice(from, loop.RowLength).CopyTo(destination[to..]);
                continue;
            }

            for (int i = 0; i < loop.RowLength; i++, from += fromStep, to += toStep)
                destination[to] = source[from];
        }
    }

    /// <summary>Fills a dense destination from a strided source.</summary>
    public static void Gather<T>(TensorShape shape, ReadOnlySpan<T> source, long sourceOffset, long[] sourceStrides, Span<T> destination) =>
        Run(shape.Dimensions, source, sourceOffset, sourceStrides, destination, 0, shape.Strides());
}
