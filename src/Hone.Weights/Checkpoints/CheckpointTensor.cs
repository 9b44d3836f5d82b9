using Hone.Tensors;

namespace Hone.Weights.Checkpoints;

/// <summary>A view of a storage, checked to lie within it.</summary>
/// <param name="Storage">The elements.</param>
/// <param name="Type">Element type.</param>
/// <param name="Offset">Place of the first element, in elements.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Strides">Distance between neighbours along each axis, in elements; at least 0.</param>
internal sealed record CheckpointTensor(CheckpointStorage Storage, DataType Type, long Offset, TensorShape Shape, IReadOnlyList<long> Strides)
{
    private const int MaxRank = 64;

    internal bool IsDense
    {
        get
        {
            long[] dense = Shape.Strides();
            return Shape.ElementCount == 0 || Enumerable.Range(0, Shape.Rank).All(axis => Shape[axis] == 1 || Strides[axis] == dense[axis]);
        }
    }

    /// <summary>Number of storage elements from the first to behind the last one that the view touches.</summary>
    internal long Extent { get; private init; }

    /// <exception cref="WeightFileException">The view reaches beyond its storage, or its numbers make no sense.</exception>
    internal static CheckpointTensor Create(CheckpointStorage storage, DataType type, long offset, long[] sizes, long[] strides)
    {
        string view = $"A tensor of sizes [{string.Join(", ", sizes.Take(MaxRank))}], strides [{string.Join(", ", strides.Take(MaxRank))}] and offset {offset} over storage '{storage.Key}'";
        if (sizes.Length != strides.Length || sizes.Length > MaxRank)
            throw new WeightFileException($"{view} has {sizes.Length} sizes and {strides.Length} strides; both must be as many, at most {MaxRank}.");
        if (offset < 0 || sizes.Any(size => size < 0) || strides.Any(stride => stride < 0))
            throw new WeightFileException($"{view} has a negative number, which PyTorch never writes.");
        TensorShape shape;
        Int128 extent = 1;
        try
        {
            shape = new TensorShape(sizes);
            type.ByteCount(shape.ElementCount);
        }
        catch (OverflowException e)
        {
            throw new WeightFileException($"{view} has more elements than any memory.", e);
        }

        // 64 products of two 63-bit numbers stay below 2^127 only up to a point: cap each.
        for (int axis = 0; axis < sizes.Length; axis++)
            extent += Int128.Min((Int128)Math.Max(sizes[axis] - 1, 0) * strides[axis], Int128.One << 100);
        if (shape.ElementCount == 0)
            extent = 0;
        Int128 available = storage.ByteCount / (type.BitWidth() / 8);
        if (offset + extent > available)
            throw new WeightFileException($"{view} reaches to element {offset + extent}; the storage has {available}.");
        return new CheckpointTensor(storage, type, offset, shape, strides) { Extent = (long)extent };
    }
}
