using System.Collections;

namespace Hone.Tensors;

/// <summary>The concrete dimensions of a tensor, outermost first. Immutable; equal by value.</summary>
public sealed class TensorShape : IReadOnlyList<long>, IEquatable<TensorShape>
{
    private readonly long[] _dimensions;

    /// <summary>Creates a shape.</summary>
    /// <param name="dimensions">Each at least 0; none for a scalar.</param>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative.</exception>
    /// <exception cref="OverflowException">The number of elements exceeds 2^63-1.</exception>
    public TensorShape(params ReadOnlySpan<long> dimensions)
    {
        _dimensions = dimensions.ToArray();
        long count = 1;
        foreach (long dimension in dimensions)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(dimensions));
            count = checked(count * dimension);
        }

        ElementCount = count;
    }

    /// <value>The shape of a single number: no dimensions, one element.</value>
    public static TensorShape Scalar { get; } = new();

    /// <value>Number of dimensions.</value>
    public int Rank => _dimensions.Length;

    /// <value>Product of the dimensions; 1 for a scalar.</value>
    public long ElementCount { get; }

    /// <value>The dimensions.</value>
    public ReadOnlySpan<long> Dimensions => _dimensions;

    int IReadOnlyCollection<long>.Count => _dimensions.Length;

    /// <summary>One dimension.</summary>
    /// <param name="axis">From the front, 0..Rank-1, or from the back, -Rank..-1.</param>
    public long this[int axis] => _dimensions[axis < 0 ? axis + _dimensions.Length : axis];

    /// <summary>Distance in elements between neighbours along each axis of a dense row-major tensor.</summary>
    public long[] Strides()
    {
        long[] strides = new long[Rank];
        long stride = 1;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= _dimensions[axis];
        }

        return strides;
    }

    /// <summary>Turns an axis that may count from the back into one from the front.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis is not in -rank..rank-1.</exception>
    public static int NormalizeAxis(long axis, int rank)
    {
        if (axis < -rank || axis >= rank)
            throw new ArgumentOutOfRangeException(nameof(axis), axis, $"The axis must lie in {-rank}..{rank - 1}.");
        return (int)(axis < 0 ? axis + rank : axis);
    }

    /// <summary>The shape that NumPy-style (ONNX multidirectional) broadcasting gives, or null when the two do not fit.</summary>
    public static TensorShape? TryBroadcast(TensorShape left, TensorShape right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        long[] result = new long[Math.Max(left.Rank, right.Rank)];
        for (int fromEnd = 1; fromEnd <= result.Length; fromEnd++)
        {
            long a = fromEnd <= left.Rank ? left[-fromEnd] : 1;
            long b = fromEnd <= right.Rank ? right[-fromEnd] : 1;
            if (a != b && a != 1 && b != 1)
                return null;
            result[^fromEnd] = a == 1 ? b : a;
        }

        return new TensorShape(result);
    }

    /// <summary>Product of the dimensions from <paramref name="start"/> (inclusive) to <paramref name="end"/> (exclusive).</summary>
    public long ElementCountOf(int start, int end)
    {
        long count = 1;
        for (int axis = start; axis < end; axis++)
            count *= _dimensions[axis];
        return count;
    }

    /// <inheritdoc/>
    public bool Equals(TensorShape? other) => other is not null && _dimensions.AsSpan().SequenceEqual(other._dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TensorShape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (long dimension in _dimensions)
            hash.Add(dimension);
        return hash.ToHashCode();
    }

    /// <summary>For example <c>[1, 3, 224, 224]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", _dimensions)}]";

    /// <inheritdoc/>
    public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)_dimensions).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
