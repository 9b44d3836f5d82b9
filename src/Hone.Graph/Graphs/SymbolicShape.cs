using System.Collections;
using Hone.Tensors;

namespace Hone.Graphs;

/// <summary>The shape of a value before a run: a known number of dimensions, each a number, a symbol or unknown. Immutable; equal by value.</summary>
/// <remarks>A value whose rank is not known has no symbolic shape at all (null).</remarks>
public sealed class SymbolicShape : IReadOnlyList<Dimension>, IEquatable<SymbolicShape>
{
    private readonly Dimension[] _dimensions;

    /// <summary>Creates a shape; no dimensions make a scalar.</summary>
    public SymbolicShape(params ReadOnlySpan<Dimension> dimensions) => _dimensions = dimensions.ToArray();

    /// <summary>Creates a shape of numbers only.</summary>
    public SymbolicShape(TensorShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        _dimensions = shape.Select(Dimension.Fixed).ToArray();
    }

    /// <value>The shape of a single number.</value>
    public static SymbolicShape Scalar { get; } = new();

    /// <value>Number of dimensions.</value>
    public int Rank => _dimensions.Length;

    /// <value>The dimensions.</value>
    public ReadOnlySpan<Dimension> Dimensions => _dimensions;

    /// <value>Whether every dimension is a number.</value>
    public bool IsFixed => Array.TrueForAll(_dimensions, d => d.IsFixed);

    int IReadOnlyCollection<Dimension>.Count => _dimensions.Length;

    /// <summary>One dimension.</summary>
    /// <param name="axis">From the front, 0..Rank-1, or from the back, -Rank..-1.</param>
    public Dimension this[int axis] => _dimensions[axis < 0 ? axis + _dimensions.Length : axis];

    /// <summary>The same shape as numbers, or null when some dimension is not one.</summary>
    public TensorShape? ToTensorShape() => IsFixed ? new TensorShape(Array.ConvertAll(_dimensions, d => d.Value)) : null;

    /// <summary>The product of all dimensions.</summary>
    public Dimension ElementCount() => _dimensions.Aggregate(Dimension.Fixed(1), (a, b) => a * b);

    /// <summary>A copy with one dimension replaced.</summary>
    public SymbolicShape With(int axis, Dimension dimension)
    {
        Dimension[] copy = (Dimension[])_dimensions.Clone();
        copy[axis < 0 ? axis + copy.Length : axis] = dimension;
        return new SymbolicShape(copy);
    }

    /// <summary>Whether a tensor of the concrete shape may stand here: equal rank, equal numbers; symbols and unknowns take anything.</summary>
    public bool Accepts(TensorShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Rank != Rank)
            return false;
        for (int axis = 0; axis < Rank; axis++)
        {
            if (_dimensions[axis].IsFixed && _dimensions[axis].Value != shape[axis])
                return false;
        }

        return true;
    }

    /// <summary>NumPy-style (ONNX multidirectional) broadcasting.</summary>
    /// <exception cref="ArgumentException">Two numbers differ and neither is 1.</exception>
    public static SymbolicShape Broadcast(SymbolicShape left, SymbolicShape right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        Dimension[] result = new Dimension[Math.Max(left.Rank, right.Rank)];
        for (int fromEnd = 1; fromEnd <= result.Length; fromEnd++)
        {
            Dimension a = fromEnd <= left.Rank ? left[-fromEnd] : 1;
            Dimension b = fromEnd <= right.Rank ? right[-fromEnd] : 1;
            result[^fromEnd] = Broadcast(a, b) ?? throw new ArgumentException($"The shapes {left} and {right} cannot be broadcast to one.");
        }

        return new SymbolicShape(result);
    }

    /// <inheritdoc/>
    public bool Equals(SymbolicShape? other) => other is not null && _dimensions.AsSpan().SequenceEqual(other._dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SymbolicShape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (Dimension dimension in _dimensions)
            hash.Add(dimension);
        return hash.ToHashCode();
    }

    /// <summary>For example <c>[N, 3, 224, ?]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", _dimensions)}]";

    /// <inheritdoc/>
    public IEnumerator<Dimension> GetEnumerator() => ((IEnumerable<Dimension>)_dimensions).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static Dimension? Broadcast(Dimension a, Dimension b)
    {
        if (a == b)
            return a;
        if (a.IsFixed && b.IsFixed)
            return a.Value == 1 ? b : b.Value == 1 ? a : null;
        // A number above 1 decides: the other side can only be 1 or the same. Otherwise the larger of the two is not known.
        if (a.IsFixed)
            return a.Value == 1 ? b : a;
        if (b.IsFixed)
            return b.Value == 1 ? a : b;
        return Dimension.Unknown;
    }
}
