using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Rebuilds a tensor from slices picked along one axis.</summary>
internal static class AxisGather
{
    /// <summary>Fills a dense destination whose axis has as many slices as there are indices.</summary>
    /// <param name="source">The elements of a tensor of shape <paramref name="shape"/>.</param>
    /// <param name="shape">The source's shape.</param>
    /// <param name="axis">The axis to pick along.</param>
    /// <param name="indices">The source slice of each destination slice; -1 leaves the destination as it is.</param>
    /// <param name="destination">The elements to fill.</param>
    public static void Run<T>(ReadOnlySpan<T> source, TensorShape shape, int axis, ReadOnlySpan<int> indices, Span<T> destination)
    {
        int outer = checked((int)shape.ElementCountOf(0, axis));
        int inner = checked((int)shape.ElementCountOf(axis + 1, shape.Rank));
        int length = checked((int)shape[axis]);
        for (int o = 0; o < outer; o++)
        {
            ReadOnlySpan<T> from = source.Slice(o * length * inner, length * inner);
            Span<T> to = destination.Slice(o * indices.Length * inner, indices.Length * inner);
            for (int i = 0; i < indices.Length; i++)
            {
                if (indices[i] < 0)
                    continue;
                if (inner == 1)
                    to[i] = from[indices[i]];
                else
                    from.Slice(indices[i] * inner, inner).CopyTo(to[(i * inner)..]);
            }
        }
    }
}
